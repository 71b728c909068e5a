import Encoding
import HTTPCalls
import IndexMap
import LedgerClient
import Merkle
import Provenance

/// Entries that a ledger lists of a name, fetched with their receipts and proven to stand in its
/// log.
struct ShownRecords: Sendable {
    /// An entry, proven to stand in the kit's ledger.
    struct Record: Sendable {
        /// Its place and its names.
        let place: IndexedEntry

        /// Its name in the log.
        let entry: EntryID

        /// The bytes of the record, where the proof does not list it: of these others
        /// ``CompleteLimit/strays`` are kept.
        var bytes: [UInt8]?
    }

    /// The entries, by rising index.
    let records: [Record]

    /// The places below the size that the ledger names, by its list or by a receipt, and its proof
    /// does not: at most ``CompleteLimit/strays`` by each.
    let strays: [NamedEntry]

    /// Whether the list names more of them.
    let hasMoreStrays: Bool

    /// All of them, as proofs of completeness are held to them.
    var shown: ShownEntries { ShownEntries(records.map(\.place)) }

    /// Fetches the entries of a name that are listed by a proof, and those that the ledger's list
    /// names below `size` beside them.
    ///
    /// The list is the ledger's word: it says where to look. Of an entry that the proof lists, what
    /// cannot be had, or is proven nowhere, is not shown. Of one that it does not list,
    /// ``StrayEntries`` has to find out what it is.
    init(
        of name: IndexName, listed: [UInt64], below size: UInt64, at client: LedgerClient,
        by verifier: Verifier, now: UInt64
    ) async throws(ProvingError) {
        let due = Set(listed)
        let wanted: (due: [ListedEntry], strays: [ListedEntry], hasMore: Bool)
        do throws(CallError) {
            wanted = try await Self.entries(of: name, due, below: size, at: client)
        } catch {
            throw .ledger(error)
        }
        var found: [Record] = []
        var strayCount = 0
        var rest = (wanted.due + wanted.strays)[...]
        while !rest.isEmpty {
            let part = rest.prefix(CompleteLimit.width)
            rest = rest.dropFirst(part.count)
            for result in await Self.records(of: part, due, at: client, by: verifier, now) {
                do throws(CallError) {
                    guard var record = try result.get() else { continue }
                    // Nobody needs the rest of what is listed: a record may have 4 MiB.
                    if due.contains(record.place.index) || strayCount == CompleteLimit.strays {
                        record.bytes = nil
                    } else {
                        strayCount += 1
                    }
                    found.append(record)
                } catch {
                    throw .ledger(error)
                }
            }
        }
        records = found.sorted { $0.place.index < $1.place.index }
        let named = wanted.strays.map { NamedEntry(index: $0.index, entry: $0.entry) }
        let placed = records.lazy.filter { $0.bytes != nil && $0.place.index < size }
            .map { NamedEntry(index: $0.place.index, entry: $0.entry) }
        strays = named + placed.filter { !named.contains($0) }
        hasMoreStrays = wanted.hasMore
    }

    /// The entries that the list and the proof name, and the first that the list names alone.
    private static func entries(
        of name: IndexName, _ due: Set<UInt64>, below size: UInt64, at client: LedgerClient
    ) async throws(CallError) -> (due: [ListedEntry], strays: [ListedEntry], hasMore: Bool) {
        guard let list = EntryList(name) else { return ([], [], false) }
        var (wanted, strays): ([ListedEntry], [ListedEntry]) = ([], [])
        var cursor: UInt64?
        // An honest list has nothing but the due ones below `size`. Each page has one item below it
        // or is the last, so these are as many pages as entries are due and strays are kept, and
        // one.
        while true {
            let page = try await client.page(of: list, after: cursor)
            for item in page where item.index < size {
                if due.contains(item.index) {
                    wanted.append(item)
                } else if strays.count < CompleteLimit.strays {
                    strays.append(item)
                } else {
                    return (wanted, strays, true)
                }
            }
            guard let last = page.last, last.index < size else { return (wanted, strays, false) }
            cursor = last.index
        }
    }

    /// Fetches some entries at once; answers in any order.
    private static func records(
        of part: ArraySlice<ListedEntry>, _ due: Set<UInt64>, at client: LedgerClient,
        by verifier: Verifier, _ now: UInt64
    ) async -> [Result<Record?, CallError>] {
        await withTaskGroup(
            of: Result<Record?, CallError>.self, returning: [Result<Record?, CallError>].self
        ) { group in
            for item in part {
                group.addTask {
                    do throws(CallError) {
                        return .success(
                            try await Self.record(of: item.entry, at: client, by: verifier, now))
                    } catch {
                        // The log has what the proof does not list, however the ledger answers.
                        return due.contains(item.index) ? .failure(error) : .success(nil)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Fetches one entry; nil where it is not to be had, or nothing proves where it stands.
    private static func record(
        of entry: EntryID, at client: LedgerClient, by verifier: Verifier, _ now: UInt64
    ) async throws(CallError) -> Record? {
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await client.record(of: entry).bytes
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else { throw error }
            return nil
        }
        guard let bytes else { return nil }
        let report = verifier.verify(file: bytes, artifact: nil, recordOnly: true, time: now)
        guard report.entry == entry, let place = IndexedEntry(report) else { return nil }
        return Record(place: place, entry: entry, bytes: bytes)
    }
}

extension EntryList {
    /// The ledger's list of the entries that have a name; nil where it has none of that kind.
    fileprivate init?(_ name: IndexName) {
        let text = Text(String(decoding: name.value, as: UTF8.self))
        switch name.kind {
        case .artifact:
            guard let digest = Hash(name.value) else { return nil }
            self = .artifact(digest)
        case .sub: self = .thread(text)
        case .iss: self = .issuer(text)
        case .title: return nil
        }
    }
}
