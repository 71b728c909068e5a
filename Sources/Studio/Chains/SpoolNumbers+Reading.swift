import Merkle
import Provenance

extension SpoolNumbers {
    /// Reads the numbers of a spool's own chain; those of the chains before it are not among them.
    package init(of spool: Spool) throws(SpoolError) {
        // The end first: what is sealed meanwhile is beyond it.
        let next = try spool.tip().next
        var records: [UInt64: Record] = [:]
        for record in try spool.records(where: { $0.earlierChain == nil }) {
            guard let found = try spool.content(following: record) else { continue }
            records[record.number] = Record(
                entry: found.id, state: State(found.record.state), index: Self.index(found.content))
        }
        self.init(
            spool: SpoolName(keyID: spool.settings.keyID, id: spool.settings.spool), next: next,
            records: records)
    }

    /// The place that a receipt in a record proves, once its head is believed.
    private static func index(_ content: TransparentStatement) -> UInt64? {
        for bytes in content.receipts {
            if case .inclusion(let proof)? = (try? Receipt(bytes))?.proof { return proof.leafIndex }
        }
        return nil
    }
}

extension SpoolNumbers.State {
    fileprivate init(_ state: SpoolRecord.State) {
        switch state {
        case .pending, .submitted: self = .waiting
        case .registered: self = .registered
        case .refused: self = .refused
        }
    }
}
