import Cards
import Encoding
import HTTPCalls
import LedgerClient
import LogReader
import Manifests
import Merkle
import Provenance

/// How entries are found: by the ledger's lists, or by going through the log's files.
extension HistoryReader {
    /// Returns the entries that were named, and those of the threads and files that were.
    func look(
        for wanted: HistoryNames, in generation: Int, _ reading: inout HistoryReading
    ) async throws(ProvingError) -> [EntryID] {
        guard let client = log.client else {
            guard generation < HistoryLimit.walks else {
                reading.isCut = true
                return []
            }
            return try await walk(for: wanted, isFirst: generation == 0, &reading)
        }
        var found = wanted.entries
        for thread in wanted.threads {
            let list = try await list(.thread(thread), &reading, from: client)
            found += list?.map(\.entry) ?? []
        }
        for digest in wanted.files {
            let list = try await list(.artifact(digest), &reading, from: client)
            guard let entries = list?.map(\.entry) else { continue }
            reading.files[digest] = entries
            found += entries
        }
        return found
    }

    /// Returns the first entries of a list; nil where as many lists as may be were asked for.
    func list(
        _ list: EntryList, _ reading: inout HistoryReading, from client: LedgerClient
    ) async throws(ProvingError) -> [ListedEntry]? {
        guard reading.listCount < HistoryLimit.lists else {
            reading.isCut = true
            return nil
        }
        reading.listCount += 1
        let page: [ListedEntry]
        do throws(CallError) {
            page = try await client.page(of: list, after: nil)
        } catch {
            throw .ledger(error)
        }
        if page.count > HistoryLimit.steps { reading.isCut = true }
        return Array(page.prefix(HistoryLimit.steps))
    }

    /// Goes once through the newest entries, for all that was named.
    private func walk(
        for wanted: HistoryNames, isFirst: Bool, _ reading: inout HistoryReading
    ) async throws(ProvingError) -> [EntryID] {
        var open = wanted.entries.filter { reading.places[$0] == nil }
        // What an earlier walk has seen of a name is not looked for again.
        guard !open.isEmpty || !wanted.threads.isEmpty || !wanted.files.isEmpty else {
            return wanted.entries
        }
        let (entries, threads) = (Set(open), Set(wanted.threads))
        let files = Set(wanted.files)
        for digest in wanted.files { reading.files[digest] = [] }
        let first = log.tree.size - min(log.tree.size, walk.limit)
        if isFirst { walk.begin(log.tree.size - first) }
        var found: [EntryID] = []
        var bytes: UInt64 = 0
        let size = log.tree.size
        do {
            try await log.tree.forEachEntry(in: first..<size) { index, leaf in
                bytes += UInt64(leaf.count)
                if index % EntryWalk.stretch == 0 { walk.tell(index - first, size - first, bytes) }
                guard let statement = try? Statement(leaf: leaf) else { return }
                let named = statement.subjectDigests.filter { files.contains($0) }
                guard
                    entries.contains(statement.id) || threads.contains(statement.subject)
                        || !named.isEmpty
                else { return }
                // What is named itself is always noted: else it would seem to be absent.
                guard entries.contains(statement.id) || found.count < Self.foundLimit else {
                    reading.isCut = true
                    return
                }
                reading.places[statement.id] = index
                for digest in named { reading.files[digest, default: []].append(statement.id) }
                found.append(statement.id)
            }
        } catch let error as LogError {
            throw ProvingError(error)
        } catch {
            preconditionFailure("entries are read with errors of one kind: \(error)")
        }
        open.removeAll { reading.places[$0] != nil }
        guard first > 0 else { return wanted.entries + found }
        if let missing = open.first {
            throw .beyond(limit: walk.limit, size: size, "entry \(missing)")
        }
        // What lies before the part that was read may name the file.
        for digest in wanted.files where reading.files[digest]?.isEmpty == true {
            reading.files[digest] = nil
        }
        return wanted.entries + found
    }

    /// The most entries that one walk notes: others may have registered any number of a file.
    private static let foundLimit = 2 * HistoryLimit.steps
}
