import Encoding
import Files
import Provenance

/// What a spool holds, and what is wrong with it: a look that changes nothing.
package struct SpoolStanding: Sendable {
    /// The records in one state.
    package struct Heap: Hashable, Sendable {
        /// The state.
        package let state: SpoolRecord.State

        /// How many there are.
        package internal(set) var count = 0

        /// The bytes of their files.
        package internal(set) var bytes: UInt64 = 0

        /// When the oldest was signed, in POSIX seconds; nil where there is none.
        package internal(set) var oldest: UInt64?
    }

    /// The records in each state, in the order of ``SpoolRecord/State``.
    package let heaps: [Heap]

    /// The number of the next record; nil where nobody knows it.
    package let next: UInt64?

    /// What is wrong, at most ``faultLimit`` of it.
    package let faults: [SpoolFault]

    /// How much is wrong.
    package let faultCount: Int

    /// Why the last sync did not do all; nil where it did, or there was none.
    package let trouble: SpoolTrouble?

    /// When the ledger last answered a sync, in POSIX seconds; nil where it never did.
    package let answered: UInt64?

    /// Why the ledger refuses records, each reason once, that of the most records first.
    package let refusals: [Refusals]

    /// Records that are refused for one reason.
    package struct Refusals: Hashable, Sendable {
        /// The first line of the reason.
        package let reason: String

        /// How many records.
        package let count: Int
    }

    /// Pending records that are bound to a drop; nil where nothing holds such back.
    package let boundCount: Int?

    /// Faults that are told: a person reads a page, a program knows the number.
    package static let faultLimit = 100

    /// Records that are on their way, or that the ledger refuses.
    package var waitingCount: Int {
        heaps.filter { $0.state != .registered }.reduce(0) { $0 + $1.count }
    }

    /// Looks at all files of a spool.
    ///
    /// - Parameter onProgress: is told how many of how many records are read.
    package init(
        of spool: Spool, onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(SpoolError) {
        var faults: [SpoolFault] = spool.isCopy ? [.copied] : []
        let listing = try SpoolListing(spool)
        faults += listing.faults
        do throws(SpoolError) {
            next = try spool.tip().next
        } catch {
            guard case .noTip = error else { throw error }
            next = nil
            faults.append(.noTip)
        }
        faults += listing.numberFaults(next: next)
        var reading = SpoolReading(spool)
        for (done, record) in listing.records.enumerated() {
            onProgress(done, listing.records.count)
            try reading.take(record)
        }
        faults += reading.faults + reading.chainFaults
        heaps = SpoolRecord.State.allCases.map { reading.heaps[$0] ?? Heap(state: $0) }
        trouble = try SpoolTrouble.last(in: spool)
        refusals = reading.reasons.map { Refusals(reason: $0.key.string, count: $0.value) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
        boundCount = spool.settings.gate != nil ? reading.boundCount : nil
        do throws(FileError) {
            answered = try LedgerContact.last(in: spool.folder)
        } catch {
            throw .unreadable(error)
        }
        faultCount = faults.count
        self.faults = Array(faults.prefix(Self.faultLimit))
    }
}

/// The names in a spool, as of one moment.
private struct SpoolListing {
    private(set) var records: [SpoolRecord] = []
    private(set) var faults: [SpoolFault] = []

    /// The numbers of the spool's own chain that were given away; nil where nobody knows.
    private var numbers: Set<UInt64>?

    init(_ spool: Spool) throws(SpoolError) {
        do throws(SpoolError) {
            self = try spool.locked { () throws(SpoolError) in
                try SpoolListing(unlocked: spool)
            }
        } catch .unwritable(let error) where error.isFailing || error.isForbidden {
            // On a disk that cannot be written nothing moves.
            try self.init(unlocked: spool)
        }
    }

    private init(unlocked spool: Spool) throws(SpoolError) {
        for state in SpoolRecord.State.allCases { try list(state, of: spool) }
        do throws(FileError) {
            let places = try spool.folder.folder(ifThere: Spool.Part.places.rawValue)
            // An earlier chain's, and those of pruned records, have longer names.
            numbers = try places.map { places throws(FileError) in
                Set(
                    try places.names().filter { $0.utf8.count == SpoolRecord.digitCount }
                        .compactMap { UInt64($0) })
            }
        } catch {
            throw .unreadable(error)
        }
        if numbers == nil { faults.append(.noPlaces) }
        records.sort { ($0.number, $0.fileName) < ($1.number, $1.fileName) }
    }

    private mutating func list(
        _ state: SpoolRecord.State, of spool: Spool
    ) throws(SpoolError) {
        let names: [String]
        do throws(SpoolError) {
            names = try spool.names(in: state)
        } catch {
            guard case .unreadable(let reason) = error, reason.isMissing else { throw error }
            return faults.append(.noFolder(state))
        }
        for name in names where !Folder.isTemporary(name) {
            if let record = SpoolRecord(name, in: state) {
                records.append(record)
            } else if state != .refused || !NameEnding.has(Spool.reasonSuffix, name) {
                faults.append(.stranger("\(state.rawValue)/\(name)"))
            }
        }
    }

    /// Numbers below `next` that no record has, and those that two have.
    func numberFaults(next: UInt64?) -> [SpoolFault] {
        var names: [UInt64: [String]] = [:]
        for record in records where record.earlierChain == nil {
            names[record.number, default: []].append("\(record.state.rawValue)/\(record.fileName)")
        }
        let doubled = names.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        let missing = (numbers ?? []).filter { names[$0] == nil && $0 < next ?? .max }.sorted()
        var ranges: [ClosedRange<UInt64>] = []
        for number in missing {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        var skipped: [SpoolFault] = []
        if let next, let last = (numbers ?? []).union(names.keys).max(), last + 1 < next {
            skipped = [.skipped(last + 1...next - 1)]
        }
        return skipped + doubled.map { .doubled($0.key, $0.value.sorted()) }
            + ranges.map { .missing($0) }
    }
}

/// Reads the records of a spool one after the other, in the order of their numbers.
private struct SpoolReading {
    private let spool: Spool
    private(set) var heaps: [SpoolRecord.State: SpoolStanding.Heap] = [:]
    private(set) var faults: [SpoolFault] = []

    /// Pending records that are bound to a drop.
    private(set) var boundCount = 0

    /// First lines of reasons for which records are refused, with their numbers.
    private(set) var reasons: [Text: Int] = [:]

    /// Faults of the chain, told last.
    private(set) var chainFaults: [SpoolFault] = []

    /// The last record of the spool's own chain.
    private var last: (number: UInt64, id: EntryID)?

    init(_ spool: Spool) {
        self.spool = spool
    }

    mutating func take(_ record: SpoolRecord) throws(SpoolError) {
        let path = "\(record.state.rawValue)/\(record.fileName)"
        let found: SpoolContent
        do throws(SpoolError) {
            found = try spool.content(of: record)
        } catch {
            switch error {
            // A sync has moved it since it was listed.
            case .unreadable(let reason) where reason.isMissing: return
            case .unreadable(let reason): faults.append(.unreadable(path, reason.words))
            case .broken(_, let words): faults.append(.unreadable(path, words))
            default: throw error
            }
            heaps[record.state, default: .init(state: record.state)].count += 1
            return
        }
        let signed = found.content.statement.issuedAt
        var heap = heaps[record.state] ?? .init(state: record.state)
        heap.count += 1
        heap.bytes += UInt64(found.bytes.count)
        heap.oldest = min(heap.oldest ?? signed, signed)
        heaps[record.state] = heap
        if record.state == .pending, ReconciliationGate.drop(of: found.content) != nil {
            boundCount += 1
        }
        if record.state == .refused {
            let reason = try spool.reason(of: record) ?? "no reason is beside it"
            let line = reason.split(separator: "\n").first.map { String($0) } ?? ""
            reasons[Text(line), default: 0] += 1
        }
        if let words = foreign(found) { return faults.append(.foreign(path, words)) }
        guard record.earlierChain == nil else { return }
        if let last, last.number + 1 == record.number,
            found.content.statement.chain?.previous != last.id.hash
        {
            chainFaults.append(.unchained(path))
        }
        last = (record.number, found.id)
    }

    /// Why this spool did not seal a record; nil where it did.
    private func foreign(_ found: SpoolContent) -> String? {
        let (statement, settings) = (found.content.statement, spool.settings)
        guard let chain = statement.chain else { return "it has no number" }
        guard chain.sequence == found.record.number else { return "it is record \(chain.sequence)" }
        if found.record.earlierChain == nil, chain.id != settings.spool {
            return "it is of another spool"
        }
        guard statement.keyID == settings.keyID else { return "another key signed it" }
        guard statement.issuer == settings.issuer else { return "its issuer is another" }
        guard settings.origin == nil || statement.audience == settings.origin else {
            return "it is meant for another ledger"
        }
        return nil
    }
}
