package import Anchoring
package import Checkpoints
import LedgerStore
import Merkle

/// A ledger's log as authorities and calendars date it: its served heads.
package struct DatedLog: AnchoredLog {
    private let ledger: Ledger

    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    package var origin: Origin { ledger.origin }

    package func newestHeadToDate() throws -> AnchorInput? {
        try ledger.published.headToDate()
    }

    package func headToDate(above size: UInt64) async throws {
        try await ledger.published.headToDate(above: size)
    }

    package func newestAnchor(
        of source: AnchorSource, in state: KeptAnchor.State?
    ) throws -> KeptAnchor? {
        try ledger.published.newestAnchor(of: source, in: state)
    }

    package func pendingAnchors(of source: AnchorSource, limit: Int) throws -> [KeptAnchor] {
        try ledger.published.pendingAnchors(of: source, limit: limit)
    }

    package func anchors(ofSize size: UInt64, _ kind: AnchorKind) throws -> [KeptAnchor] {
        try ledger.published.store.anchors(ofSize: size, limit: AnchorMemory.rowsOfAHead)
            .filter { $0.kind == AnchorRow.Kind(kind) }.map { KeptAnchor($0) }
    }

    package func keep(_ anchor: KeptAnchor) throws {
        try ledger.published.keep(anchor)
    }
}
