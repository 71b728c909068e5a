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

        /// The bytes of the record, where it is none of those that are listed: of these others
        /// ``CompleteLimit/strays`` are kept.
        var bytes: [UInt8]?
    }

    /// The entries, by rising index.
    let records: [Record]

    /// All of them, as proofs of completeness are held to them.
    var shown: ShownEntries { ShownEntries(records.map(\.place)) }

    /// Fetches the entries of a name that are listed by a proof, and those that the ledger's list
    /// names below `size` beside them.
    ///
    /// The list is the ledger's word: it says where to look. What cannot be had, or is proven
    /// nowhere, is not shown.
    init(
        of name: IndexName, listed: [UInt64], below size: UInt64, at client: LedgerClient,
        by verifier: Verifier, now: UInt64
    ) async throws(ProvingError) {
        let wanted: [EntryID]
        do throws(CallError) {
            wanted = try await Self.entries(of: name, listed, below: size, at: client)
        } catch {
            throw .ledger(error)
        }
        let due = Set(listed)
        var found: [Record] = []
        var strayCount = 0
        var rest = wanted[...]
        while !rest.isEmpty {
            let part = rest.prefix(CompleteLimit.width)
            rest = rest.dropFirst(part.count)
            let results = await withTaskGroup(
                of: Result<Record?, CallError>.self, returning: [Result<Record?, CallError>].self
            ) { group in
                for entry in part {
                    group.addTask {
                        do throws(CallError) {
                            return .success(
                                try await Self.record(of: entry, at: client, by: verifier, now))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for result in results {
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
    }

    /// The names of the entries that are listed, and of some that are not and should be.
    private static func entries(
        of name: IndexName, _ listed: [UInt64], below size: UInt64, at client: LedgerClient
    ) async throws(CallError) -> [EntryID] {
        guard let list = EntryList(name) else { return [] }
        let due = Set(listed)
        var (wanted, strays): ([EntryID], [EntryID]) = ([], [])
        var cursor: UInt64?
        // An honest list has nothing but the due ones below `size`. Each page has one item below it
        // or is the last, so these are as many pages as entries are due and strays are kept.
        while strays.count < CompleteLimit.strays {
            let page = try await client.page(of: list, after: cursor)
            for item in page where item.index < size {
                if due.contains(item.index) {
                    wanted.append(item.entry)
                } else if strays.count < CompleteLimit.strays {
                    strays.append(item.entry)
                }
            }
            guard let last = page.last, last.index < size else { break }
            cursor = last.index
        }
        return wanted + strays
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
