import Foundation
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Synchronization

/// Checks a store against itself, from the newest head's root down to every row.
///
/// One pass over each column family; rows that follow from leaves are compared by sums that do
/// not depend on order, and looked up one by one only where the sums differ. Reads only. The
/// same for a store that stands still, for a snapshot of one that is served, and for the scrub,
/// which lets the ledger grow: what has an index is never changed, but for manifests that are
/// erased.
package final class StoreCheck: Sendable {
    /// A part of the work that is independent of the others.
    private enum Job: Sendable {
        case entries(chunk: UInt64, TreeCheck, ErasedManifests)
        case rows(family: Int, range: UInt8)
        case tiles
        case meta
        case heads(from: UInt64, HeadsCheck)
        case anchors(from: UInt64, AnchorsCheck)
        case statements(StatementsCheck)
    }

    let store: CheckedStore
    let bounds: CheckBounds
    let options: CheckOptions
    let digester = RowDigester()
    private let tally = Mutex(CheckTally())
    private let tallest: Mutex<UInt64>
    private let pendingErasures: Set<Hash>

    /// - Parameter pending: manifests that are being erased, of which rows may have the bytes yet.
    init(
        _ store: CheckedStore, _ bounds: CheckBounds, _ options: CheckOptions,
        erasing pending: Set<Hash> = []
    ) {
        pendingErasures = pending
        self.store = store
        self.bounds = bounds
        self.options = options
        tallest = Mutex(bounds.size)
    }

    var findings: Findings { store.findings }

    /// Checks everything and returns the result; findings are no errors.
    func run() throws(LedgerError) -> CheckReport {
        let start = ContinuousClock.now
        let tree = try TreeCheck(self)
        let erased = try ErasedManifests(self, pending: pendingErasures)
        var jobs: [Job] = [.tiles, .meta]
        for chunk in 0...(max(bounds.size, 1) - 1) / TreeCheck.chunk {
            jobs.append(.entries(chunk: chunk, tree, erased))
        }
        for family in DerivedRow.families.indices {
            for range in 0..<RowsCheck.ranges { jobs.append(.rows(family: family, range: range)) }
        }
        try perform(jobs)
        let found = sorted(tally.withLock { $0 })
        var naming = RowsNaming(
            self,
            parts: zip(found.expected, found.stored).map { $0.parts(unlike: $1) },
            badLeaves: found.badLeaves)
        try naming.run()
        let registry = try ControlCheck(self, found.controls).run()
        try IndexCheck(self, found).run()
        if options.manifests { try ErasuresCheck(self, found).run() }
        try checkHeads(registry)
        let signatureStart = ContinuousClock.now
        if options.signatures {
            let statements = StatementsCheck(self, found)
            let job = Job.statements(statements)
            try perform([Job](repeating: job, count: statements.portions))
        }
        let end = ContinuousClock.now
        return report(
            root: TreeBorder.root(of: tree.border, size: bounds.size), seconds: end - start,
            signatures: end - signatureStart)
    }

    private func sorted(_ tally: CheckTally) -> CheckTally {
        var sorted = tally
        sorted.controls.sort { $0.index < $1.index }
        sorted.indexHeads.sort { $0.index < $1.index }
        return sorted
    }

    private func checkHeads(_ registry: Registry?) throws(LedgerError) {
        var verifier: HeadVerifier?
        if let registry {
            do throws(Refusal) {
                verifier = try HeadVerifier(registry)
            } catch {
                findings.add(.control, "keys", .control, "a receipt key cannot be used: \(error)")
            }
        }
        let (heads, anchors) = (HeadsCheck(self, verifier), AnchorsCheck(self, verifier))
        let starts = stride(from: 0, through: bounds.size, by: Int(HeadsCheck.range))
        try perform(
            starts.map { .heads(from: $0, heads) } + starts.map { .anchors(from: $0, anchors) })
        let ends = tally.withLock { $0.heads }.sorted { $0.first.size < $1.first.size }
        for (before, after) in zip(ends, ends.dropFirst()) {
            heads.checkOrder([before.last, after.first])
        }
    }

    /// Does `jobs` on as many threads as the options say, and adds up what they count.
    private func perform(_ jobs: [Job]) throws(LedgerError) {
        let next = Mutex(0)
        let failure = Mutex<LedgerError?>(nil)
        let work: @Sendable () -> Void = { [self] in
            while true {
                let place = next.withLock { place in
                    defer { place += 1 }
                    return place
                }
                guard place < jobs.count, failure.withLock({ $0 == nil }) else { return }
                do throws(LedgerError) {
                    let part = try perform(jobs[place])
                    tally.withLock { $0.add(part) }
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        let group = DispatchGroup()
        for _ in 1..<max(1, min(options.workers, jobs.count)) {
            group.enter()
            Thread {
                work()
                group.leave()
            }.start()
        }
        work()
        group.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func perform(_ job: Job) throws(LedgerError) -> CheckTally {
        switch job {
        case .entries(let chunk, let tree, let erased):
            try EntriesCheck.run(self, chunk: chunk, tree, erased)
        case .rows(let family, let range): try RowsCheck(self, family: family).run(range: range)
        case .tiles: try SmallFamiliesCheck(self).tiles()
        case .meta: try SmallFamiliesCheck(self).meta()
        case .heads(let size, let heads): try heads.run(from: size)
        case .anchors(let size, let anchors): try anchors.run(from: size)
        case .statements(let statements): try statements.judgeNext()
        }
    }

    private func report(
        root: Hash?, seconds: Duration, signatures: Duration
    ) -> CheckReport {
        let tally = tally.withLock { $0 }
        let workers = Double(max(1, options.workers))
        let manifests = tally.manifestTime / .seconds(1) / workers
        let heads = tally.headSignatureTime / .seconds(1) / workers
        let (seconds, signatures) = (seconds / .seconds(1), signatures / .seconds(1) + heads)
        let rest = max(seconds - manifests - signatures, 0.001)
        return CheckReport(
            size: bounds.size, root: "\(root ?? .emptyTree)", signatures: options.signatures,
            seconds: seconds, manifestSeconds: manifests, signatureSeconds: signatures,
            leavesPerSecond: Double(bounds.size) / rest,
            families: StoreLayout.Family.allCases.filter { family in
                switch family {
                case .subjects, .threads: bounds.lists.hasOld
                case .keys: bounds.lists.hasKeys
                case .lists, .listTiles, .indexHeads: store.has(family)
                default: true
                }
            }.map { family in
                CheckReport.Family(
                    family: family.rawValue, rows: tally.rows[family] ?? 0,
                    findings: findings.count(in: family.rawValue))
            },
            findingCount: findings.count, findings: findings.kept,
            missingManifests: options.manifests ? tally.missingManifests : nil,
            firstMissing: tally.firstMissing)
    }
}

// MARK: - What the parts share

extension StoreCheck {
    /// Reads the first `width` hashes of a tile that must be there, or what it was found to need
    /// to hold; nil where it is not there or too short, which is reported.
    func tile(_ id: TileID, width: Int) throws(LedgerError) -> [Hash]? {
        if let tile = tally.withLock({ $0.repaired[id] }) { return Array(tile.prefix(width)) }
        let row: [UInt8]
        switch try store.row(StoreLayout.key(id), in: .tiles) {
        case .value(let value): row = value
        case .absent:
            findings.add(.tiles, StoreLayout.describe(id), .missing, "has no row")
            return nil
        case .unreadable: return nil
        }
        let bytes = row.span
        // Its length is the finding of the pass over all tiles.
        guard bytes.count >= width * Hash.byteCount else { return nil }
        return Hash.list(bytes.extracting(0..<(width * Hash.byteCount)))
    }

    /// Notes what a tile whose row is wrong must hold.
    func repair(_ id: TileID, with hashes: [Hash]) {
        tally.withLock { $0.repaired[id] = hashes }
    }

    /// Whether the entry at `index` must have its rows of `family`.
    func requires(_ family: StoreLayout.Family, at index: UInt64) -> Bool {
        index < bounds.size && bounds.lists.requires(family, at: index)
    }

    /// Reports a row about an entry that must have none, unless it can have come since.
    func beyond(_ index: UInt64, _ family: StoreLayout.Family, _ key: [UInt8]) {
        guard !isPlausible(index) else { return }
        let detail =
            index < bounds.size
            ? "is about entry \(index), which has no rows here yet"
            : "is about entry \(index), of \(bounds.size) that there are"
        findings.add(family, StoreLayout.describe(key, in: family), .extra, detail)
    }

    /// Whether an entry can have been added since the check began.
    func isPlausible(_ index: UInt64) -> Bool {
        guard bounds.isGrowing else { return false }
        if index < tallest.withLock({ $0 }) { return true }
        // A row is written with its head, so a head that is read later covers it. Where none can
        // be read, the pass over the heads says so, and no other row is accused for that. Of a
        // check that is to end, the next read throws.
        guard let newest = try? store.lastRows(of: .heads, limit: 1), !newest.endsInGap else {
            return true
        }
        guard let size = newest.rows.first.flatMap({ StoreLayout.number($0.key) }) else {
            return false
        }
        tallest.withLock { $0 = max($0, size) }
        return index < size
    }

    /// Reports a row whose key or value does not have its form.
    func malformed(_ family: StoreLayout.Family, _ key: [UInt8], _ detail: String) {
        findings.add(family, StoreLayout.describe(key, in: family), .malformed, detail)
    }

    /// Counts rows that no job counts.
    func count(_ rows: UInt64, _ family: StoreLayout.Family) {
        tally.withLock { $0.rows[family, default: 0] += rows }
    }
}
