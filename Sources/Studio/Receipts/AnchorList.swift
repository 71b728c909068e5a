import Checkpoints
import Encoding
import Merkle
import OpenTimestamps
import Provenance

/// One anchor, and what a writer's kit says of it (record.md §5).
struct WeighedAnchor {
    /// What it is worth to a writer.
    enum Worth: Hashable {
        /// It holds: the head existed by this time, says this authority, which the kit trusts.
        case holds(authority: String, time: UInt64)

        /// A calendar's proof that leads to a block which nobody here can look up.
        case unproven

        /// Nobody here can tell: another kit may.
        case open

        /// It does not hold.
        case refuted
    }

    /// The anchor as a file has it.
    let map: CBORMap

    /// The anchor; nil where it cannot be read.
    let anchor: Anchor?

    /// What it is worth.
    let worth: Worth

    /// Why, in words for a person.
    let words: String

    /// The size of its head, as it says; 0 where it cannot be read.
    var size: UInt64 { anchor?.inclusion.treeSize ?? 0 }

    /// Whether it may be put into a file: nobody can find it false whom the writer trusts.
    var isAcceptable: Bool {
        switch worth {
        case .holds, .unproven: true
        case .open, .refuted: false
        }
    }

    fileprivate var isHeld: Bool {
        if case .holds = worth { true } else { false }
    }

    fileprivate var isToken: Bool { anchor?.type == Anchor.timestamp }
    fileprivate var isProof: Bool { anchor?.type == Anchor.openTimestamps }

    /// The blocks that a calendar's proof leads to, as it says.
    fileprivate var blocks: [DetachedTimestamp.BlockClaim] {
        guard isProof, let anchor else { return [] }
        return (try? DetachedTimestamp(parsing: anchor.evidence))?.bitcoin ?? []
    }

    /// Whether a calendar's proof is made over a token.
    fileprivate func seals(_ token: WeighedAnchor) -> Bool {
        guard let anchor, let other = token.anchor, anchor.checkpoint == other.checkpoint else {
            return false
        }
        let digest = Hash.sha256(other.evidence)
        return blocks.contains { $0.sealed.contains(digest) }
    }

    /// Whether two proofs are of one promise: they lead to the same block in the same way.
    fileprivate func isPromise(of other: WeighedAnchor) -> Bool {
        guard anchor?.checkpoint == other.anchor?.checkpoint else { return false }
        let messages = Set(other.blocks.map(\.message))
        return blocks.contains { messages.contains($0.message) }
    }
}

/// The anchors of one file: of each authority the earliest, and few proofs (record.md §5).
///
/// What is there stays, but for what the writer's kit finds false, and what has to make room.
struct AnchorList {
    /// Proofs of calendars in one file, at most: as many as a ledger gives.
    private static let proofs = 4

    /// The anchors, by the size of their heads as far as they were put in here.
    private(set) var items: [WeighedAnchor]

    /// What was taken out because the writer's kit finds it false.
    let removed: [WeighedAnchor]

    /// Takes the anchors that a file has.
    init(_ own: [WeighedAnchor]) {
        items = own.filter { $0.worth != .refuted }
        removed = own.filter { $0.worth == .refuted }
    }

    /// The anchors as a file has them.
    var maps: [CBORMap] { items.map(\.map) }

    /// Adds those of `given` that bound more than what is there.
    mutating func add(_ given: [WeighedAnchor]) {
        let good = given.filter(\.isAcceptable)
        for token in good.filter(\.isToken).sorted(by: Self.isEarlier) where isEarliest(token) {
            insert(token)
        }
        for proof in good.filter(\.isProof).sorted(by: { $0.size < $1.size })
        where isWanted(proof) {
            insert(proof)
        }
        // What a proof is made over belongs to it: it shows that the token was there.
        for token in good.filter(\.isToken) where items.contains(where: { $0.seals(token) }) {
            insert(token)
        }
    }

    private static func isEarlier(_ one: WeighedAnchor, _ other: WeighedAnchor) -> Bool {
        guard case .holds(_, let time) = one.worth, case .holds(_, let later) = other.worth
        else { return false }
        return time < later
    }

    /// Whether no token of the same authority is as early.
    private func isEarliest(_ token: WeighedAnchor) -> Bool {
        guard case .holds(let authority, let time) = token.worth else { return false }
        return !items.contains { item in
            guard item.isToken, case .holds(authority, let own) = item.worth else { return false }
            return own <= time
        }
    }

    /// Whether a proof is of another promise than those that are there, and there are few, or it
    /// dates an earlier head than one of them.
    ///
    /// What nobody here has verified keeps nothing out that was verified, and takes no such place.
    private mutating func isWanted(_ proof: WeighedAnchor) -> Bool {
        let own = items.indices.filter { items[$0].isProof }
        if let same = own.first(where: { items[$0].isPromise(of: proof) }) {
            guard proof.isHeld, !items[same].isHeld else { return false }
            items.remove(at: same)
            return true
        }
        guard own.count >= Self.proofs else { return true }
        let open = own.filter { !items[$0].isHeld }
        let movable = proof.isHeld && open.isEmpty ? own : open
        guard let last = movable.max(by: { items[$0].size < items[$1].size }),
            items[last].size > proof.size || (proof.isHeld && !items[last].isHeld)
        else { return false }
        items.remove(at: last)
        return true
    }

    /// Puts an anchor in its place, where there is room or something can make it.
    private mutating func insert(_ new: WeighedAnchor) {
        guard !items.contains(where: { $0.map == new.map }) else { return }
        if items.count >= Limits.anchors {
            // What nobody here can verify keeps nothing out that was verified.
            guard
                let open = items.lastIndex(where: { $0.worth == .open })
                    ?? (new.isHeld ? items.lastIndex { !$0.isHeld } : nil)
            else { return }
            items.remove(at: open)
        }
        let place = items.firstIndex { $0.size > new.size } ?? items.endIndex
        items.insert(new, at: place)
    }
}
