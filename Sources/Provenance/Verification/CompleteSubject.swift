import IndexMap
import Merkle

/// What a proof of completeness is asked about: a record, or nothing but what it names itself.
struct CompleteSubject {
    /// The names of the record; nil where the proof alone is looked at.
    let names: [IndexName]?

    /// The file that was compared with the record, or asked about; nil where none was.
    let artifact: Hash?

    /// The entry of the record, where it is proven to stand in the kit's ledger.
    let own: IndexedEntry?

    /// Whether a thief of the ledger's keys may have put the entry of the record there: then
    /// nothing is held to it.
    let isDoubted: Bool

    private let shown: ShownEntries

    /// Asks about a proof alone, beside entries that are shown.
    ///
    /// - Parameter artifact: The file that was asked about, for words; nil where it was none.
    init(shown: ShownEntries, comparedWith artifact: Hash? = nil) {
        names = nil
        self.artifact = artifact
        own = nil
        isDoubted = false
        self.shown = shown
    }

    /// Asks about a record, beside other entries that are shown.
    ///
    /// - Parameter isDoubted: Whether a thief may have signed every head that places it.
    init(
        _ statement: Statement, at index: UInt64?, isDoubted: Bool, comparedWith artifact: Hash?,
        _ shown: ShownEntries
    ) {
        names = Self.names(of: statement, comparedWith: artifact)
        self.artifact = artifact
        own = index.map { IndexedEntry(statement, at: $0) }
        self.isDoubted = isDoubted
        self.shown = shown
    }

    /// The names of a record: the file that it was compared with, or else all that it names, its
    /// thread and its issuer.
    static func names(
        of statement: Statement, comparedWith artifact: Hash?
    ) -> [IndexName] {
        let digests = statement.subjectDigests.filter { artifact == nil || artifact == $0 }
        return digests.map { IndexName.artifact($0) } + statement.threadNames
    }

    /// Whether a name is one of the record; true where the proof alone is looked at.
    func isAsked(_ name: IndexName) -> Bool { names.map { $0.contains(name) } ?? true }

    /// Whether a name is one of the record.
    func isOfRecord(_ name: IndexName) -> Bool { names.map { $0.contains(name) } ?? false }

    /// Whether the entry at `index` is shown, the record's own too.
    func isShown(_ index: UInt64) -> Bool { own?.index == index || shown.contains(index) }

    /// The indexes of the entries that are shown and have `key`, the record's own first.
    func entries(having key: IndexKey) -> [UInt64] {
        let others = shown.having(key).filter { $0 != own?.index }
        guard let own, own.keys.contains(key) else { return others }
        return [own.index] + others
    }
}
