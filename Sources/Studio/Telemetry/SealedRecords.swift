import Encoding
import Files
import Manifests
import Provenance

/// Looks at the records that were sealed since the last look: what they say of the business.
struct SealedRecords {
    private let spool: Spool

    init(_ spool: Spool) {
        self.spool = spool
    }

    /// Counts the records from `state.nextRecord` on, and adds the reconciliations among them.
    func add(to state: inout TelemetryState, below end: UInt64) throws(SpoolError) {
        // The spool was adopted: a new chain begins with 0.
        if state.nextRecord > end { state.nextRecord = 0 }
        guard state.nextRecord < end else { return }
        let last = min(end, state.nextRecord + UInt64(TelemetryLimit.recordsPerSample))
        for record in try records(state.nextRecord..<last) {
            guard let content = try content(of: record) else {
                state.window.count(.unread)
                continue
            }
            guard content.content.statement.predicate == PredicateType.reconciliation,
                let bytes = content.content.manifest, let manifest = try? Manifest(bytes)
            else { continue }
            state.window.reconciliations = state.window.reconciliations.addingCapped(1)
            for figure in BusinessFigure.allCases {
                let number = manifest.predicate["counts"]?[Text(figure.rawValue)]?.integer ?? 0
                state.window.business[figure] = (state.window.business[figure] ?? 0)
                    .addingCapped(UInt64(max(0, number)))
            }
        }
        state.window.count(.signed, last - state.nextRecord)
        state.nextRecord = last
    }

    /// Whether the statement about a window was sealed, as one of the records from `number` on.
    func hasTelemetry(
        about window: JSON?, from number: UInt64, below end: UInt64
    ) throws(SpoolError) -> Bool {
        for record in try records(number..<max(number, end))
        where record.name == TelemetryReporter.recordName {
            guard let content = try content(of: record),
                content.content.statement.predicate == PredicateType.telemetry,
                let bytes = content.content.manifest, let manifest = try? Manifest(bytes)
            else { continue }
            if manifest.predicate["window"] == window { return true }
        }
        return false
    }

    /// The records with these numbers, each once.
    private func records(_ numbers: Range<UInt64>) throws(SpoolError) -> [SpoolRecord] {
        let all = try spool.records {
            numbers.contains($0.number) && $0.earlierChain == nil
        }
        let found = Dictionary(all.map { ($0.number, $0) }) { $1 }
        return found.values.sorted { $0.number < $1.number }
    }

    /// Reads a record, wherever it lies by now; nil where it was taken away, or is no record any
    /// more, which `spool status` tells.
    private func content(of record: SpoolRecord) throws(SpoolError) -> SpoolContent? {
        do throws(SpoolError) {
            return try spool.content(following: record)
        } catch .broken {
            return nil
        }
    }
}
