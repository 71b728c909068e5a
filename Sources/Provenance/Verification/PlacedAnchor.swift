import Checkpoints
import Encoding
import Manifests
import Merkle

/// An anchor that is about the entry and about a head of its log, its evidence not looked at.
struct PlacedAnchor {
    /// The anchor.
    let anchor: Anchor

    /// The head that its evidence must be about.
    let head: Checkpoint

    /// Whether a log key of the kit signed that head.
    let isBelieved: Bool
}

/// Finds the place of each anchor of a record: which head it is of, and whether that holds the
/// entry.
struct AnchorReader {
    /// The heads that are believed so far.
    private(set) var believed: BelievedHeads

    private let leaf: Hash

    /// Where the entry stands, by the proven heads and by the anchors so far.
    private var places: [(origin: Text, index: UInt64)]

    /// Prepares to read anchors of an entry.
    init(of entry: LoggedLeaf, about heads: ProvenHeads, believing believed: BelievedHeads) {
        self.believed = believed
        leaf = entry.hash
        places = heads.heads.map { ($0.origin, $0.index) }
    }

    /// Checks what can be known of an anchor without understanding its evidence.
    mutating func place(
        _ anchor: Anchor, _ reader: inout HeadReader
    ) throws(Refusal) -> PlacedAnchor {
        let (signed, isBelieved) = try head(of: anchor, &reader)
        let head = signed.claim
        let index = anchor.inclusion.leafIndex
        guard signed.note.signatures.count == 1 else {
            throw Self.mismatch(
                "its checkpoint must have one signature line, which is dated with it")
        }
        // A head that no known key signed must agree too, but is not believed for it.
        guard isBelieved ? believed.add(head) : !believed.contradict(head) else {
            throw Self.mismatch(
                "its checkpoint and another are a split view: two trees of size \(head.size)")
        }
        if let other = places.first(where: { $0.origin == head.origin && $0.index != index }) {
            throw Self.mismatch("must agree on the position, \(other.index) and not \(index)")
        }
        if isBelieved { places.append((head.origin, index)) }
        return PlacedAnchor(anchor: anchor, head: head, isBelieved: isBelieved)
    }

    /// Reads an anchor's checkpoint, which must be of a tree that holds the entry.
    private func head(
        of anchor: Anchor, _ reader: inout HeadReader
    ) throws(Refusal) -> (signed: SignedCheckpoint, isBelieved: Bool) {
        do throws(CheckpointRefusal) {
            let reading = try reader.read(anchor.checkpoint)
            let tree = (anchor.inclusion.treeSize, anchor.inclusion.root(from: leaf))
            return (reading.signed, try reading.isKnown(about: tree))
        } catch {
            switch error {
            case .otherRoot, .otherSize:
                throw Self.mismatch(
                    "proves nothing about this entry: its head is not shown to hold it")
            default: throw Self.mismatch("its checkpoint \(error)")
            }
        }
    }

    private static func mismatch(_ rule: String) -> Refusal {
        Refusal(.mismatch, field: "anchor", rule: rule)
    }
}
