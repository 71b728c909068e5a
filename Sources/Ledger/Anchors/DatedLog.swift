package import Anchoring
package import Checkpoints
import Encoding
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

extension AnchorRow.Kind {
    /// The kind of rows that such evidence is in.
    init(_ kind: AnchorKind) {
        self =
            switch kind {
            case .timestamp: .timestamp
            case .openTimestamps: .openTimestamps
            }
    }
}

extension AnchorKind {
    /// The kind of evidence that such rows have.
    fileprivate init(_ kind: AnchorRow.Kind) {
        self =
            switch kind {
            case .timestamp: .timestamp
            case .openTimestamps: .openTimestamps
            }
    }
}

extension AnchorRow.State {
    /// The state of rows with evidence that is so far.
    init(_ state: KeptAnchor.State) {
        self =
            switch state {
            case .pending: .pending
            case .complete: .complete
            case .abandoned: .abandoned
            }
    }
}

extension AnchorRow {
    /// The row of evidence.
    init(_ anchor: KeptAnchor) {
        self.init(
            size: anchor.input.size, kind: Kind(anchor.source.kind), url: Text(anchor.source.url),
            state: State(anchor.state), asked: anchor.askedAt, time: anchor.time,
            checkpoint: anchor.input.checkpoint, evidence: anchor.evidence)
    }
}

extension KeptAnchor {
    /// The evidence of a row.
    init(_ row: AnchorRow) {
        let state: State =
            switch row.state {
            case .pending: .pending
            case .complete: .complete
            case .abandoned: .abandoned
            }
        self.init(
            of: AnchorSource(AnchorKind(row.kind), url: row.url.string),
            about: AnchorInput(checkpoint: row.checkpoint, size: row.size), state: state,
            askedAt: row.asked, time: row.time, evidence: row.evidence)
    }
}
