public import Encoding
public import LedgerStore
public import Merkle

/// The lists: of an artifact, of a thread, of an issuer.
extension Ledger {
    /// The entries that name the artifact with this SHA-256, rising by index.
    ///
    /// Whoever has a receipt of an entry finds it here. There is no gap: what is listed after a
    /// cursor is all that there is up to the last one. Just after a start it may wait for some
    /// seconds, and then throws `.tryAgain`.
    public func entries(
        subject: Hash, after cursor: UInt64?, limit: Int
    ) throws(LedgerError) -> [EntryReference] {
        try list(.artifact(subject), after: cursor, limit: limit)
    }

    /// The entries of one thread, oldest first: those with this sub, or of this issuer; as fresh as
    /// ``entries(subject:after:limit:)``.
    public func thread(
        _ kind: ThreadKind, _ name: Text, after cursor: UInt64?, limit: Int
    ) throws(LedgerError) -> [EntryReference] {
        try list(.thread(kind, name), after: cursor, limit: limit)
    }

    private func list(
        _ name: ListedName, after cursor: UInt64?, limit: Int
    ) throws(LedgerError) -> [EntryReference] {
        let (store, size) = published.readable
        let found = try published.entries(
            of: name, in: store, from: Self.start(after: cursor), below: size,
            limit: min(limit, Self.listLimit))
        return try references(found, in: store)
    }

    /// All entries below this number are found by rows of the store; the others by what is in
    /// memory.
    package func keysWritten() throws(LedgerError) -> UInt64 {
        try published.store.keysEnd()
    }

    /// How far the folder's migration from format 1 has come; nil where none goes on.
    package var migration: Migration? { published.portions.migration }
}
