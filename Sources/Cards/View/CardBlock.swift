import Manifests

/// The lines of a template that belong to one label: a fact.
struct CardBlock {
    /// The lines, counted from 0.
    let lines: Range<Int>

    /// Finds the blocks: each begins with a line that has a label, in the fifth column.
    static func blocks(of lines: [String]) -> [CardBlock] {
        let column = CardOrigin.stated.mark.utf8.count
        // A line of a text that is blank ends before that column.
        let starts = lines.indices.filter { number in
            number == 0 || lines[number].utf8.dropFirst(column).first.map { $0 != 0x20 } ?? false
        }
        return zip(starts, starts.dropFirst() + [lines.count]).map { CardBlock(lines: $0..<$1) }
    }
}
