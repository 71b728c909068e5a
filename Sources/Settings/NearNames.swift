/// Finds the names that somebody may have meant who wrote another one.
package enum NearNames {
    /// Names that are offered, at most.
    private static let limit = 3

    /// Returns those of `names` that are like `word`, the likest first.
    package static func like(_ word: String, among names: [String]) -> [String] {
        let most = max(1, word.count / 3)
        return names.map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= most || (word.count > 2 && $0.name.hasPrefix(word)) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(limit).map(\.name)
    }

    /// Letters to put in, take out, change, or swap with the next one.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one), Array(other))
        var rows = [Array(0...b.count)]
        for (i, letter) in a.enumerated() {
            var row = [i + 1]
            for (j, wanted) in b.enumerated() {
                var least = min(
                    rows[i][j] + (letter == wanted ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, letter == b[j - 1], a[i - 1] == wanted {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
