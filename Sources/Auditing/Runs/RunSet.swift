import Files

/// All records of one kind: those of memory, up to a bound, and sorted runs on the disk.
///
///     NAME-SERIAL.run     sorted records (``RunBlock``)
///
/// Records are first in memory, then in a run of their own. Whenever sixteen runs are of about one
/// size they are merged into one, so a record is written again once for each factor of sixteen,
/// and there are few runs to look into. A run counts once the state names it; one that is not
/// named any more is removed after that.
struct RunSet<Record: RunRecord>: Sendable {
    /// Runs of about one size that there are at the most: a power of two, so that a count has its
    /// level in its bits.
    static var fanout: Int { 16 }

    /// Records in memory at the most: what is added beyond is a run first.
    let bound: Int

    private let kind: String
    private let folder: Folder
    private(set) var runs: [RunFile<Record>] = []
    private(set) var nextSerial: UInt64

    /// Has room for ``bound`` records from the first one on, and stays where it is: an array that
    /// grew would be there twice while it does.
    private var memory: [Record] = []

    /// Files that no state names once the next one is written.
    private var superseded: [String] = []

    /// Opens the runs that a state names, and removes what a crash has left beside them.
    init(
        _ kind: String, in folder: Folder, notes: [RunNote], nextSerial: UInt64, bound: Int
    ) throws(RunError) {
        (self.kind, self.folder, self.bound) = (kind, folder, bound)
        self.nextSerial = nextSerial
        runs = try Self.open(kind, in: folder, notes)
        let known = Set(runs.map(\.name))
        do throws(FileError) {
            for name in try folder.names()
            where name.hasPrefix("\(kind)-") && !known.contains(name) {
                try folder.remove(name)
            }
        } catch {
            throw .file(error)
        }
    }

    /// Opens the runs that a state names.
    static func open(
        _ kind: String, in folder: Folder, _ notes: [RunNote]
    ) throws(RunError) -> [RunFile<Record>] {
        var runs: [RunFile<Record>] = []
        for note in notes {
            runs.append(try RunFile(note, name: name(kind, note.serial), in: folder))
        }
        return runs
    }

    private static func name(_ kind: String, _ serial: UInt64) -> String { "\(kind)-\(serial).run" }

    /// What the state keeps of the runs.
    var notes: [RunNote] { runs.map(\.note) }

    /// Where the runs are, for words.
    var path: String { folder.path(of: runs.first?.name ?? kind) }

    /// Records in all.
    var count: UInt64 { runs.reduce(UInt64(memory.count)) { $0 + $1.note.count } }

    /// Records in memory.
    var memoryCount: Int { memory.count }

    /// Records that are not settled, those of memory included.
    var unsettledCount: UInt64 {
        runs.reduce(UInt64(memory.count)) { $1.note.isSettled ? $0 : $0 + $1.note.count }
    }

    private var settledCount: UInt64 {
        runs.reduce(0) { $1.note.isSettled ? $0 + $1.note.count : $0 }
    }

    // MARK: - Adding

    /// Adds a record; at the bound all that is in memory is written first.
    mutating func append(_ record: Record) throws(RunError) {
        if memory.count >= bound { try spill() }
        if memory.capacity < bound { memory.reserveCapacity(bound) }
        memory.append(record)
    }

    /// Writes what is in memory, so that a state can name all that was added.
    mutating func spill() throws(RunError) {
        guard !memory.isEmpty else { return }
        let count = try write()
        try take(count, isSettled: false)
        memory.removeAll(keepingCapacity: true)
        try mergeEqualRuns()
    }

    /// Writes what is in memory, and gives its room back until the next record comes.
    mutating func giveBack() throws(RunError) {
        try spill()
        memory = []
    }

    private func write() throws(RunError) -> UInt64 {
        var writer = try RunWriter<Record>(
            serial: nextSerial, name: Self.name(kind, nextSerial), in: folder)
        try RunSort.forEach(memory) { record throws(RunError) in try writer.append(record) }
        return try writer.finish()
    }

    /// Takes the run that was just written under the next serial.
    private mutating func take(_ count: UInt64, isSettled: Bool) throws(RunError) {
        let note = RunNote(serial: nextSerial, count: count, isSettled: isSettled)
        runs.append(try RunFile(note, name: Self.name(kind, nextSerial), in: folder))
        nextSerial += 1
    }

    /// Merges runs of one level, settled ones and others apart, until there are few of each.
    ///
    /// - Parameter each: is called with each record that is written again; may end it.
    private mutating func mergeEqualRuns(
        _ each: () throws(RunError) -> Void = {}
    ) throws(RunError) {
        while let due = equalRuns() {
            try merge(due, isSettled: due[0].note.isSettled) { (_, _) throws(RunError) in
                try each()
            }
        }
    }

    private func equalRuns() -> [RunFile<Record>]? {
        let groups = Dictionary(grouping: runs) { [$0.note.isSettled ? 1 : 0, $0.note.level] }
        return groups.values.first { $0.count >= Self.fanout }
    }

    /// Merges some runs into one, and shows `body` each record on the way.
    private mutating func merge(
        _ old: [RunFile<Record>], isSettled: Bool,
        _ body: (Record, Bool) throws(RunError) -> Void
    ) throws(RunError) {
        var merge = try RunMerge(old)
        var writer = try RunWriter<Record>(
            serial: nextSerial, name: Self.name(kind, nextSerial), in: folder)
        while let (record, wasSettled) = try merge.next() {
            try body(record, wasSettled)
            try writer.append(record)
        }
        try take(writer.finish(), isSettled: isSettled)
        forget(old)
    }

    private mutating func forget(_ old: [RunFile<Record>]) {
        let gone = Set(old.map(\.note.serial))
        runs.removeAll { gone.contains($0.note.serial) }
        superseded += old.map(\.name)
    }

    /// Removes the files that no state names any more; called once the new state is on the disk.
    mutating func removeSuperseded() throws(RunError) {
        for name in superseded {
            do throws(FileError) {
                try folder.remove(name)
            } catch {
                throw .file(error)
            }
        }
        superseded = []
    }

    // MARK: - Settling

    /// Settled records for each unsettled one from which on single looks cost less than reading
    /// all: a look reads some blocks of 4 KiB, and 64 records are most of one.
    private static var lookRatio: UInt64 { 64 }

    /// Whether the unsettled records are few, so that they are looked up among the settled ones.
    var isLookedUp: Bool { unsettledCount < settledCount / Self.lookRatio }

    /// Records that a settlement reads in their order: a look among the others costs little.
    var settlementCount: UInt64 {
        isLookedUp ? unsettledCount : unsettledCount + settledCount
    }

    /// Shows `body` all records in their order, settled ones too, and settles them.
    mutating func settleByReading(
        _ pace: inout SettlementPace,
        _ body: (Record, Bool) throws(RunError) -> Void
    ) throws(RunError) {
        try spill()
        guard runs.count != 1 else {
            var merge = try RunMerge(runs)
            while let (record, wasSettled) = try merge.next() {
                try pace.step()
                try body(record, wasSettled)
            }
            return try markSettled()
        }
        guard !runs.isEmpty else { return }
        try merge(runs, isSettled: true) { record, wasSettled throws(RunError) in
            try pace.step()
            try body(record, wasSettled)
        }
    }

    /// Shows `body` the unsettled records in their order, with looks among all records, and settles
    /// them.
    mutating func settleByLooking(
        _ pace: inout SettlementPace,
        _ body: (Record, inout RunLook<Record>) throws(RunError) -> Void
    ) throws(RunError) {
        try spill()
        var look = look
        var merge = try RunMerge(runs.filter { !$0.note.isSettled })
        while let (record, _) = try merge.next() {
            try pace.step()
            try body(record, &look)
        }
        try markSettled()
        try mergeEqualRuns { () throws(RunError) in try pace.step() }
    }

    private mutating func markSettled() throws(RunError) {
        for place in runs.indices where !runs[place].note.isSettled {
            let old = runs[place]
            var note = old.note
            note.isSettled = true
            runs[place] = try RunFile(note, name: old.name, in: folder)
        }
    }

    /// Looks among all runs that there are; what is in memory is not among them.
    var look: RunLook<Record> { RunLook(runs) }
}

/// Looks for single records in several runs.
struct RunLook<Record: RunRecord> {
    private let runs: [RunFile<Record>]
    private var cache = BlockCache<Record>()

    init(_ runs: [RunFile<Record>]) {
        self.runs = runs
    }

    /// Returns up to `limit` records from `lower` through `upper`, in their order, and whether
    /// each is settled.
    mutating func records(
        from lower: Record, through upper: Record, limit: Int
    ) throws(RunError) -> [(record: Record, isSettled: Bool)] {
        var found: [(record: Record, isSettled: Bool)] = []
        for run in runs {
            var count = 0
            try run.forEach(from: lower, cache: &cache) { record in
                guard record <= upper, count < limit else { return false }
                found.append((record, run.note.isSettled))
                count += 1
                return true
            }
        }
        found.sort { $0.record < $1.record }
        return Array(found.prefix(limit))
    }

    /// Returns the last record below `record`; nil where there is none.
    mutating func last(below record: Record) throws(RunError) -> Record? {
        var found: Record?
        for run in runs {
            guard let candidate = try run.last(below: record, cache: &cache) else { continue }
            found = max(found ?? candidate, candidate)
        }
        return found
    }
}
