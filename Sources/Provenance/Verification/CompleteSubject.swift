import IndexMap
import Merkle

/// What a proof of completeness is asked about: a record, or nothing but what it names itself.
struct CompleteSubject {
    /// The names of the record; nil where the proof alone is looked at.
    let names: [IndexName]?

    /// The file that was compared with the record; nil where none was.
    let artifact: Hash?

    /// The entry of the record, where it is proven to stand in the kit's ledger.
    let own: IndexedEntry?

    /// All entries that are shown, the record's own too, each once.
    let shown: [IndexedEntry]

    /// Asks about a proof alone, beside entries that are shown.
    init(shown: [IndexedEntry]) {
        names = nil
        artifact = nil
        own = nil
        self.shown = Self.distinct(shown)
    }

    /// Asks about a record: the file that it was compared with, or else all that it names, its
    /// thread and its issuer.
    init(
        _ statement: Statement, at index: UInt64?, comparedWith artifact: Hash?,
        _ shown: [IndexedEntry]
    ) {
        let digests = statement.subjectDigests.filter { artifact == nil || artifact == $0 }
        names = digests.map { IndexName.artifact($0) } + statement.threadNames
        self.artifact = artifact
        own = index.map { IndexedEntry(statement, at: $0) }
        self.shown = Self.distinct((own.map { [$0] } ?? []) + shown)
    }

    /// Whether a name is one of the record; true where the proof alone is looked at.
    func isAsked(_ name: IndexName) -> Bool { names.map { $0.contains(name) } ?? true }

    /// Whether a name is one of the record.
    func isOfRecord(_ name: IndexName) -> Bool { names.map { $0.contains(name) } ?? false }

    private static func distinct(_ entries: [IndexedEntry]) -> [IndexedEntry] {
        var seen: Set<UInt64> = []
        return entries.filter { seen.insert($0.index).inserted }
    }
}
