import Files
import IndexMap
import Jobs
import Merkle
import Provenance

/// What only the whole log decides: gathered entry by entry, and settled at the end of a pass.
struct LogFacts: Sendable {
    /// Room that one bundle needs: three names and a number for each entry.
    private static let bundleWidth = 256

    var names: RunSet<NameRecord>
    var links: RunSet<LinkRecord>
    var erasures: RunSet<ErasureRecord>

    /// The keys of all entries in the index.
    var keys: RunSet<IndexRecord>

    /// Changes of the map in memory at the most, while it is computed.
    let mapChanges: Int

    var rollbacks: OpenRollbacks
    var gaps: GapList
    var questions: [ManifestQuestion]
    var later: LaterQuestions

    /// Opens what a state has of them.
    init(_ image: FactImage, in folder: Folder, bounds: FactBounds) throws(RunError) {
        names = try RunSet(
            "names", in: folder, notes: image.names.notes, nextSerial: image.names.nextSerial,
            bound: max(bounds.names, 3 * Self.bundleWidth))
        links = try RunSet(
            Self.numbersName, in: folder, notes: image.numbers.notes,
            nextSerial: image.numbers.nextSerial, bound: max(bounds.links, Self.bundleWidth))
        erasures = try RunSet(
            "erasures", in: folder, notes: image.erasures.notes,
            nextSerial: image.erasures.nextSerial, bound: bounds.erasures)
        keys = try RunSet(
            "keys", in: folder, notes: image.keys.notes, nextSerial: image.keys.nextSerial,
            bound: bounds.keys)
        mapChanges = bounds.mapChanges
        (rollbacks, gaps) = (image.rollbacks, image.gaps)
        (questions, later) = (image.questions, image.later)
    }

    private static let numbersName = "numbers"

    /// Opens the runs of numbers of a state that an audit may be at work with.
    static func numbers(
        _ image: FactImage, in folder: Folder
    ) throws(RunError) -> [RunFile<LinkRecord>] {
        let runs: Folder
        do throws(FileError) {
            runs = try folder.folder(runsName)
        } catch {
            throw .file(error)
        }
        return try RunSet<LinkRecord>.open(numbersName, in: runs, image.numbers.notes)
    }

    /// The folder of all runs, in that of the state.
    static let runsName = "runs"

    /// What a state keeps of them.
    var image: FactImage {
        FactImage(
            names: FactImage.Runs(notes: names.notes, nextSerial: names.nextSerial),
            numbers: FactImage.Runs(notes: links.notes, nextSerial: links.nextSerial),
            erasures: FactImage.Runs(notes: erasures.notes, nextSerial: erasures.nextSerial),
            keys: FactImage.Runs(notes: keys.notes, nextSerial: keys.nextSerial),
            rollbacks: rollbacks, gaps: gaps, questions: questions, later: later)
    }

    /// Entries of a control statement's kind have no payload; what is no statement has no nonce.
    mutating func add(_ facts: EntryFacts) throws(RunError) {
        let isControl = facts.nonce != nil && facts.payload == nil
        try names.append(NameRecord(facts.entry, isControl ? .control : .entry, facts.index))
        if let nonce = facts.nonce { try names.append(NameRecord(nonce, .nonce, facts.index)) }
        if let payload = facts.payload {
            try add(manifest: payload, facts.manifest, at: facts.index)
        }
        if let link = facts.link {
            try links.append(LinkRecord(link, entry: facts.entry, index: facts.index))
        }
    }

    /// Adds what became of the manifest of an entry; again where more is known of it than before.
    mutating func add(
        manifest digest: Hash, _ manifest: AuditedManifest, at index: UInt64
    ) throws(RunError) {
        let kind: NameRecord.Kind =
            switch manifest {
            case .right: .served
            case .absent: .missing
            case .notChecked, .wrong, .none: .unasked
            }
        try names.append(NameRecord(digest, kind, index))
    }

    /// Adds what an admitted `erasure` at `index` asks for.
    mutating func add(
        erasing digest: Hash, of entries: [EntryID], at index: UInt64
    ) throws(RunError) {
        try names.append(NameRecord(digest, .erased, index))
        for entry in entries {
            try erasures.append(
                ErasureRecord(entry: entry.hash, erasure: index, manifest: digest))
        }
    }

    /// Whether the next bundle may not have room in memory.
    var isFull: Bool {
        names.memoryCount + 3 * Self.bundleWidth > names.bound
            || links.memoryCount + Self.bundleWidth > links.bound
    }

    /// Records in memory.
    var memoryCount: Int {
        names.memoryCount + links.memoryCount + erasures.memoryCount + keys.memoryCount
    }

    /// Writes what is in memory into runs.
    mutating func spill() throws(RunError) {
        try names.spill()
        try links.spill()
        try erasures.spill()
        try keys.spill()
    }

    /// Writes what is in memory, and gives its room back: whoever reads all runs has that room.
    mutating func giveBack() throws(RunError) {
        try names.giveBack()
        try links.giveBack()
        try erasures.giveBack()
        try keys.giveBack()
    }

    /// Removes the files that the newest state does not name.
    mutating func removeSuperseded() throws(RunError) {
        try names.removeSuperseded()
        try links.removeSuperseded()
        try erasures.removeSuperseded()
        try keys.removeSuperseded()
    }

    /// Holds all entries to each other, and hands over what is found.
    ///
    /// It reads runs as they lie on the disk, 64 KiB of each at a time, and there are at most 30 of
    /// one level (``RunSet``): sixteen times the entries take 2 MiB more.
    ///
    /// - Parameter times: what rollbacks are judged by; nil where they wait.
    mutating func settle(
        by times: HeadTimeline?, _ progress: JobProgress,
        _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) {
        try giveBack()
        var pace = SettlementPace(
            progress,
            of: names.settlementCount + erasures.settlementCount + links.settlementCount)
        try settleNames(&pace, body)
        try settleErasures(&pace, body)
        try settleLinks(&pace, body)
        try pace.finish()
        guard let times else { return }
        for finding in rollbacks.settle(by: times) { try body(finding) }
    }
}
