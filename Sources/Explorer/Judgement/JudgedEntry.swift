import Cards
import Checkpoints
import Encoding
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance

/// An entry and the life of its work, judged by the ledger's own trust kit as `colophon verify`
/// and `colophon history` judge them.
///
/// A page is made for everybody who asks, so far less is looked at than a person's own program
/// does; what is left out is counted, and said.
struct JudgedEntry {
    /// The most steps: a page of them is made in some milliseconds, and most works have fewer.
    static let stepLimit = 8

    /// The most lists that are read: of threads, and of files.
    static let listLimit = 8

    /// The most entries of a list that are read by name.
    static let namedLimit = 64

    /// The most entries that are looked for: a mosaic names thousands.
    static let lookLimit = 48

    /// Bytes of manifests behind which no further step is read: hundreds of usual ones.
    static let byteLimit = 256 * 1024

    /// What is proven of the entry's record.
    let report: Report

    /// The life of its work.
    let history: WorkHistory

    /// The entries whose records were judged: its own, and those of the steps.
    let shown: ShownEntries

    /// The kit by which they were judged.
    let kit: TrustKit

    /// Judges the record of the entry at `index`; `now` is in POSIX seconds.
    init(
        _ record: TransparentStatement, at index: UInt64, in ledger: Ledger, by own: OwnKit,
        now: UInt64
    ) throws {
        let own = try own.covering(index, now: now)
        var search = Search(ledger, own, now: now)
        report = search.begin(with: record)
        try search.go()
        history = search.history
        shown = ShownEntries(search.shown)
        kit = own.kit
    }

    /// Looks for the steps.
    private struct Search {
        private let ledger: Ledger
        private let own: OwnKit.Kept
        private let now: UInt64
        private var run: VerifierRun
        private var reading = HistoryReading()

        /// Entries of lists that no step is made of.
        private var unread: Set<EntryID> = []

        /// The entries whose records were judged.
        private(set) var shown: [IndexedEntry] = []

        private var lookCount = 0
        private var byteCount = 0

        init(_ ledger: Ledger, _ own: OwnKit.Kept, now: UInt64) {
            (self.ledger, self.own, self.now) = (ledger, own, now)
            run = VerifierRun(own.kit)
        }

        /// Takes the entry that was asked for as the first step.
        mutating func begin(with record: TransparentStatement) -> Report {
            let report = judge(record)
            reading.asked = record.statement.id
            reading.names.add(record.statement.id)
            _ = reading.names.take()
            reading.add(
                HistoryStep(record.statement, report, report.manifest),
                files: record.statement.subjectDigests)
            return report
        }

        /// Goes from step to step until nothing is left to be looked for, or no room.
        mutating func go() throws(LedgerError) {
            for _ in 0..<JudgedEntry.stepLimit where !reading.names.isEmpty {
                let wanted = reading.names.take()
                for entry in wanted.entries { try look(for: entry, isListed: false) }
                let listed = try ownFirst(try listed(wanted))
                for entry in listed { try look(for: entry, isListed: true) }
            }
        }

        /// The history of what was found.
        var history: WorkHistory {
            guard let asked = reading.asked else {
                preconditionFailure("a search begins with an entry")
            }
            return WorkHistory(
                of: asked, reading.resolved,
                in: .ledger(origin: "\(ledger.origin)", size: own.moment.size),
                isCut: reading.isCut || !reading.names.isEmpty,
                unread: unread.subtracting(reading.steps.keys).count)
        }

        // MARK: - Lists

        /// Returns the entries of the threads and files that were named.
        private mutating func listed(
            _ wanted: HistoryNames
        ) throws(LedgerError) -> [EntryID] {
            var found: [EntryID] = []
            for thread in wanted.threads {
                let page = try list { (ledger, limit) throws(LedgerError) in
                    try ledger.thread(.subject, thread, after: nil, limit: limit)
                }
                found += page ?? []
            }
            for digest in wanted.files {
                let page = try list { (ledger, limit) throws(LedgerError) in
                    try ledger.entries(subject: digest, after: nil, limit: limit)
                }
                guard let page else { continue }
                reading.files[digest] = page
                found += page
            }
            return found
        }

        /// Reads the first entries of a list, of those that the kit's head covers; nil where as
        /// many lists as may be were read.
        private mutating func list(
            _ read: (Ledger, Int) throws(LedgerError) -> [EntryReference]
        ) throws(LedgerError) -> [EntryID]? {
            guard reading.listCount < JudgedEntry.listLimit else {
                reading.isCut = true
                return nil
            }
            reading.listCount += 1
            let page = try read(ledger, JudgedEntry.namedLimit + 1)
            if page.count > JudgedEntry.namedLimit { reading.isCut = true }
            return page.prefix(JudgedEntry.namedLimit).filter { $0.index < own.moment.size }
                .map(\.id)
        }

        /// The same entries with those first that name the issuer of the entry that was asked for:
        /// whatever others have registered in a thread, or about a file, leaves room for them.
        ///
        /// This decides nothing but the order: who has signed is judged when a step is read.
        private func ownFirst(_ entries: [EntryID]) throws(LedgerError) -> [EntryID] {
            guard entries.count > JudgedEntry.stepLimit,
                let own = reading.asked.flatMap({ reading.steps[$0]?.issuer })
            else { return entries }
            var (first, then) = ([EntryID](), [EntryID]())
            for (place, entry) in entries.enumerated() {
                if place < JudgedEntry.namedLimit, try issuer(of: entry) == own {
                    first.append(entry)
                } else {
                    then.append(entry)
                }
            }
            return first + then
        }

        private func issuer(of entry: EntryID) throws(LedgerError) -> Text? {
            guard let leaf = try ledger.statement(entry) else { return nil }
            do throws(Refusal) {
                return try Statement(leaf: leaf).issuer
            } catch {
                throw .corrupt("entry \(entry) is not a statement: \(error)")
            }
        }

        // MARK: - Steps

        private mutating func judge(_ record: TransparentStatement) -> Report {
            let report = run.verify(record.encoded(), time: now)
            if let entry = IndexedEntry(report) { shown.append(entry) }
            return report
        }

        private var hasRoom: Bool {
            reading.steps.count < JudgedEntry.stepLimit && byteCount < JudgedEntry.byteLimit
        }

        /// Takes an entry as a step, or notes that it is not there, or that it was not read.
        private mutating func look(
            for entry: EntryID, isListed: Bool
        ) throws(LedgerError) {
            guard reading.steps[entry] == nil, !reading.absent.contains(entry) else { return }
            guard hasRoom, lookCount < JudgedEntry.lookLimit else {
                if isListed { unread.insert(entry) }
                reading.isCut = true
                return
            }
            lookCount += 1
            guard let found = try ledger.entry(entry, in: own.moment) else {
                // One that is newer than the kit's head is there, and was not looked at.
                let isShown = try ledger.statement(entry) != nil
                let isHeldBack = try ledger.isUnpublished(entry)
                if isShown || isHeldBack {
                    reading.isCut = true
                } else {
                    reading.absent.insert(entry)
                }
                return
            }
            byteCount += found.record.manifest?.count ?? 0
            let statement = found.record.statement
            let report = judge(found.record)
            let proof = HistoryProof(
                leafHash: .leaf(statement.leaf), inclusion: found.proof, root: own.kit.head.root)
            reading.add(
                HistoryStep(statement, report, report.manifest, proof: proof, isDated: false),
                files: statement.subjectDigests)
        }
    }
}
