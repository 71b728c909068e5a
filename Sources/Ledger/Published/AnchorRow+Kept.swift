import Anchoring
import Encoding
import LedgerStore

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
