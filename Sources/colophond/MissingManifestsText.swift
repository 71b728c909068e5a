import Files

/// Says which manifests a ledger lacks that no erasure names.
struct MissingManifestsText {
    /// The sentence, as what follows the name of the folder.
    let line: String

    /// - Parameters:
    ///   - count: how many entries lack theirs.
    ///   - first: the first of these entries.
    init(_ count: UInt64, _ first: [UInt64]) {
        var names = first.map { "\($0)" }.joined(separator: ", ")
        let more = count - min(count, UInt64(first.count))
        if more > 0 { names += " and \(more) more" }
        line =
            count == 1
            ? "the manifest of entry \(names) is missing, and not erased: the entry came back "
                + "without it"
            : "the manifests of entries \(names) are missing, and not erased: the entries came "
                + "back without them"
    }

    /// How they are put back.
    static func hint(data: String) -> String {
        "colophond restore --data \(ShellWord.quoted(data)) --entries-from MIRROR"
    }
}
