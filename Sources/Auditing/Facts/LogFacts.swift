import Files
import Merkle

/// What only the whole log decides: gathered entry by entry, and settled at the end of a pass.
struct LogFacts: Sendable {
    /// Room that one bundle needs: three names and a number for each entry.
    private static let bundleWidth = 256

    var keys: RunSet<KeyRecord>
    var links: RunSet<LinkRecord>
    var erasures: RunSet<ErasureRecord>
    var rollbacks: OpenRollbacks
    var gaps: GapList

    /// Opens what a state has of them.
    init(_ image: FactImage, in folder: Folder, bounds: FactBounds) throws(RunError) {
        keys = try RunSet(
            "names", in: folder, notes: image.names.notes, nextSerial: image.names.nextSerial,
            bound: max(bounds.names, 3 * Self.bundleWidth))
        links = try RunSet(
            "numbers", in: folder, notes: image.numbers.notes,
            nextSerial: image.numbers.nextSerial, bound: max(bounds.links, Self.bundleWidth))
        erasures = try RunSet(
            "erasures", in: folder, notes: image.erasures.notes,
            nextSerial: image.erasures.nextSerial, bound: bounds.erasures)
        (rollbacks, gaps) = (image.rollbacks, image.gaps)
    }

    /// What a state keeps of them.
    var image: FactImage {
        FactImage(
            names: FactImage.Runs(notes: keys.notes, nextSerial: keys.nextSerial),
            numbers: FactImage.Runs(notes: links.notes, nextSerial: links.nextSerial),
            erasures: FactImage.Runs(notes: erasures.notes, nextSerial: erasures.nextSerial),
            rollbacks: rollbacks, gaps: gaps)
    }

    /// Entries of a control statement's kind have no payload; what is no statement has no nonce.
    mutating func add(_ facts: EntryFacts) throws(RunError) {
        let isControl = facts.nonce != nil && facts.payload == nil
        try keys.append(KeyRecord(facts.entry, isControl ? .control : .entry, facts.index))
        if let nonce = facts.nonce { try keys.append(KeyRecord(nonce, .nonce, facts.index)) }
        if let payload = facts.payload {
            let kind: KeyRecord.Kind =
                switch facts.manifest {
                case .served: .served
                case .missing: .missing
                case .unasked, .none: .unasked
                }
            try keys.append(KeyRecord(payload, kind, facts.index))
        }
        if let link = facts.link {
            try links.append(LinkRecord(link, entry: facts.entry, index: facts.index))
        }
    }

    /// Adds what an admitted `erasure` at `index` says.
    mutating func add(
        erasing payload: Hash, of entries: [Hash], at index: UInt64
    ) throws(RunError) {
        try keys.append(KeyRecord(payload, .erased, index))
        for entry in entries {
            try erasures.append(ErasureRecord(entry: entry, erasure: index, manifest: payload))
        }
    }

    /// Whether the next bundle may not have room in memory.
    var isFull: Bool {
        keys.memoryCount + 3 * Self.bundleWidth > keys.bound
            || links.memoryCount + Self.bundleWidth > links.bound
    }

    /// Records in memory.
    var memoryCount: Int { keys.memoryCount + links.memoryCount + erasures.memoryCount }

    /// Writes what is in memory into runs.
    mutating func spill() throws(RunError) {
        try keys.spill()
        try links.spill()
        try erasures.spill()
    }

    /// Removes the files that the newest state does not name.
    mutating func removeSuperseded() throws(RunError) {
        try keys.removeSuperseded()
        try links.removeSuperseded()
        try erasures.removeSuperseded()
    }

    /// Holds all entries to each other, and hands over what is found.
    mutating func settle(
        isFinal: Bool, times: HeadTimeline, _ body: (AuditFinding) throws(RunError) -> Void
    ) throws(RunError) -> Settlement {
        let settlement = try settleKeys(isFinal: isFinal, body)
        try settleErasures(body)
        try settleLinks(body)
        for finding in rollbacks.settle(by: times) { try body(finding) }
        return settlement
    }
}
