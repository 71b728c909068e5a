public import Provenance

extension Ledger {
    /// Whether no file of the folder has the bytes any more that an erasure took.
    ///
    /// From its answer on they are given out no more; this comes a little later. Backups have them
    /// until they are rotated.
    public func isDone(erasure: EntryID) -> Bool {
        published.erasures.isDone(erasure)
    }

    /// Index of the newest erasure; nil where there is none.
    public var newestErasure: UInt64? { published.erasures.newest }

    /// Has `forget` called after each erasure, by a thread that must not be blocked: for a cache
    /// that keeps manifests in memory.
    public func onErasure(_ forget: @escaping @Sendable () -> Void) {
        published.erasures.observe(forget)
    }

    /// Has `memory` forget what each later erasure takes, and those that are not done yet: none is
    /// done before.
    public func addMemory(_ memory: any ManifestMemory) {
        published.erasures.add(memory)
    }
}
