import Cards
import Encoding
import LedgerClient
import LogReader
import Merkle
import Provenance

/// What takes entries back that were found in another way than by their history.
extension HistoryReader {
    /// Entries that are read to find those that take others back: as many as a page of hits has.
    private static let laterEntries = 100

    /// Returns these steps, together with later entries that name the same files or belong to the
    /// same threads, as far as the ledger's lists have them: among these are those that withdraw or
    /// correct one of the steps.
    ///
    /// At most ``HistoryLimit/lists`` lists are asked for, those of the first steps first, and 100
    /// entries are read. Where there are more, the history is cut. Nil of no step.
    func withLater(_ steps: [HistoryStep]) async throws(ProvingError) -> WorkHistory? {
        guard let first = steps.first, let client = log.client else { return nil }
        var reading = HistoryReading()
        for step in steps { reading.add(step, files: []) }
        var lists: [EntryList: [ListedEntry]] = [:]
        var later: [EntryID] = []
        for step in steps {
            guard let index = step.index else { continue }
            for name in [EntryList.thread(step.thread)] + step.files.map(EntryList.artifact) {
                if lists[name] == nil { lists[name] = try await list(name, &reading, from: client) }
                // A list that nobody asked for is no empty one.
                guard let listed = lists[name] else { continue }
                if case .artifact(let digest) = name { reading.files[digest] = listed.map(\.entry) }
                later += listed.filter { $0.index > index }.map(\.entry)
            }
        }
        var readCount = 0
        for entry in later where reading.steps[entry] == nil {
            guard readCount < Self.laterEntries else {
                reading.isCut = true
                break
            }
            readCount += 1
            reading.add(try await step(of: entry), files: [])
        }
        return WorkHistory(of: first.entry, reading.resolved, in: scope, isCut: reading.isCut)
    }
}
