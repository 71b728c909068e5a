package import IndexMap
package import Provenance

/// Whoever has the index of a log, and proves by it: a ledger that is asked, or a copy of its log.
package protocol CompleteSource: Sendable {
    /// Questions that may be on their way at once, at least one.
    var width: Int { get }

    /// Proves which entries some names have, 1 to 8 of them and none twice: of each list the first
    /// page is there, by one index head.
    ///
    /// Nothing of it is verified by a kit yet. Nil means that no head which is served covers the
    /// newest index head yet.
    func proof(of names: [IndexName]) async throws(NewerCompleteError) -> CompleteProof?
}
