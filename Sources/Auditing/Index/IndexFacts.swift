import Encoding
import Merkle
import Provenance

/// What an audit knows of a log's index heads: each is held to its place as it comes, and its map
/// waits until it is computed (index.md §8, §9).
///
/// The map of a head follows from the keys of all entries below its size. It is computed of those
/// alone, so a head is right, wrong, or not checked here: one that covers an entry that nobody here
/// can read is the last, and never wrong.
struct IndexFacts: Hashable, Sendable {
    /// Maps that wait: a pass is due where there are so many, also in the middle of a run.
    static let pendingLimit = 16_384

    /// The first entry that was looked at for heads: not 0 in a state that an older version began.
    private(set) var start: UInt64 = 0

    /// Index heads from there on.
    private(set) var count: UInt64 = 0

    /// Heads whose map was computed, right ones and wrong ones.
    private(set) var computed: UInt64 = 0

    /// Heads whose map cannot be computed here.
    private(set) var unknownMaps: UInt64 = 0

    /// Heads of which some rule of their place could not be looked at.
    private(set) var unknownPlaces: UInt64 = 0

    /// The index of the first head; nil where there is none.
    private(set) var first: UInt64?

    /// The newest head; nil where there is none.
    private(set) var newest: IndexHead?

    /// The index of the newest head; nil where there is none, or an older version has met it.
    private(set) var newestIndex: UInt64?

    private(set) var heads = HeadRanges()

    /// The maps that wait, in the order of their heads.
    private(set) var pending: [PendingMap] = []

    /// The first entry whose keys nobody here knows, because it cannot be read.
    private(set) var unread: UInt64?

    /// The first entry whose keys were not gathered, because nobody asked for them.
    private(set) var ungathered: UInt64?

    /// When maps were last computed; nil before the first time.
    private(set) var pace: MapPace?

    /// What was found that the ledger's own signatures may show, as far as it is kept
    /// (``IndexDoubt/kept(of:)``).
    private(set) var doubts: [IndexDoubt] = []

    /// Begins with the first entry.
    init() {}

    /// Goes on in a state that an older version has begun: of the entries before nothing is known.
    ///
    /// - Parameter first: The first head that was met there.
    init(goingOnAt start: UInt64, first: UInt64?) {
        self.start = start
        self.first = first
        ungathered = 0
        heads.forget(below: start)
    }

    /// Takes what was kept.
    init(
        start: UInt64, counts: [UInt64], first: UInt64?, newest: IndexHead?, heads: HeadRanges,
        pending: [PendingMap], unread: UInt64?, ungathered: UInt64?, pace: MapPace?,
        newestIndex: UInt64?, doubts: [IndexDoubt]
    ) {
        (self.start, self.first, self.newest, self.heads) = (start, first, newest, heads)
        (count, computed, unknownMaps, unknownPlaces) = (counts[0], counts[1], counts[2], counts[3])
        (self.pending, self.unread, self.ungathered) = (pending, unread, ungathered)
        self.pace = pace
        (self.newestIndex, self.doubts) = (newestIndex, doubts)
    }

    /// Whether the keys of the next entry may still be needed.
    var gathersKeys: Bool { unread == nil && ungathered == nil }

    /// Whether so many maps wait that they must be computed before the run goes on.
    var isFull: Bool { pending.count >= Self.pendingLimit }

    // MARK: - Places

    /// Takes the next bundle, and returns what is wrong with the places of its heads.
    ///
    /// - Parameter trees: The root of the log at the size of each head that covers no more than
    ///   stands below it.
    mutating func take(_ bundle: AuditedBundle, trees: [UInt64: Hash]) -> [AuditFinding] {
        if let keys = bundle.keys {
            unread = unread ?? keys.unknown
        } else {
            ungathered = ungathered ?? bundle.indexes.lowerBound
        }
        var findings: [AuditFinding] = []
        for (index, head, place) in bundle.indexHeads {
            let fault = take(head, at: index, place, tree: trees[head.size])
            if let fault { findings.append(AuditFinding(fault, at: index)) }
        }
        for (index, type) in bundle.unlisted {
            guard let first, first < index else { continue }
            note(.pair, index, beside: first)
            findings.append(
                AuditFinding(
                    .index, .entry(index),
                    "is of type \(type), which is not on the closed list: the ledger has logged "
                        + "an index head as entry \(first), and admits no other since"))
        }
        return findings
    }

    private mutating func take(
        _ head: IndexHead, at index: UInt64, _ place: IndexHeadPlace?, tree: Hash?
    ) -> IndexHeadFault? {
        let fault = fault(of: head, at: index, place, tree)
        switch fault {
        case .otherTree: note(.tree, index, beside: head.size)
        case .coversNoMore, .otherChain, .sequence, .otherPrevious, .earlier:
            if let newestIndex { note(.pair, index, beside: newestIndex) }
        default: break
        }
        newestIndex = index
        count += 1
        first = first ?? index
        heads.add(index)
        heads.forget(below: head.size)
        newest = head
        switch fault {
        case .otherLedger, .otherKey, .signature, .aboveLog: return fault
        default: break
        }
        guard head.size <= index else { return fault }
        if head.size <= min(unread ?? .max, ungathered ?? .max) {
            pending.append(PendingMap(index: index, size: head.size, map: head.map))
        } else {
            unknownMaps += 1
        }
        return fault
    }

    private mutating func note(_ kind: IndexDoubt.Kind, _ index: UInt64, beside: UInt64) {
        doubts = IndexDoubt.kept(
            of: doubts + [IndexDoubt(kind: kind, index: index, beside: beside)])
    }

    private mutating func fault(
        of head: IndexHead, at index: UInt64, _ place: IndexHeadPlace?, _ tree: Hash?
    ) -> IndexHeadFault? {
        guard let place else {
            unknownPlaces += 1
            return nil
        }
        do throws(IndexHeadFault) {
            guard newest != nil || start == 0 else {
                // The head before it was met by a version that did not look at it.
                unknownPlaces += 1
                try place.checkSigner(of: head)
                return nil
            }
            let covered = newest?.size ?? 0
            var areAllHeads: Bool? = false
            if covered < head.size { areAllHeads = heads.areAllHeads(covered..<head.size) }
            if areAllHeads == nil { unknownPlaces += 1 }
            try place.after(newest).check(
                head, tree: tree, coversOther: !(areAllHeads ?? false))
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Maps

    /// The sizes whose maps wait, rising, each once.
    var pendingSizes: [UInt64] { Set(pending.map(\.size)).sorted() }

    /// Takes the roots of the map at ``pendingSizes``, and returns the heads that say another one.
    mutating func take(roots: [Hash], _ pace: MapPace) -> [AuditFinding] {
        let known = Dictionary(uniqueKeysWithValues: zip(pendingSizes, roots))
        var findings: [AuditFinding] = []
        for map in pending {
            guard let root = known[map.size] else { continue }
            computed += 1
            guard root != map.map else { continue }
            note(.map, map.index, beside: map.size)
            findings.append(
                AuditFinding(
                    .index, .entry(map.index),
                    "says the map \(map.map) of the first \(map.size) entries, whose keys give "
                        + "\(root): an audit of the log with a new state computes it again"))
        }
        pending = []
        self.pace = pace
        return findings
    }
}

extension AuditFinding {
    /// An index head that may not stand where it does.
    fileprivate init(_ fault: IndexHeadFault, at index: UInt64) {
        let rule: AuditRule =
            switch fault {
            case .otherLedger, .otherKey, .signature: .signature
            default: .index
            }
        self.init(
            rule, .entry(index), "is an index head that must not stand here: \(fault)")
    }
}
