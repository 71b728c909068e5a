import Checkpoints
import Encoding
import Merkle

/// The tree heads that a key of the kit has signed: no two of one size may differ.
///
/// Each step that opens checkpoints takes those that are believed already, and gives those that
/// are believed after it.
struct BelievedHeads {
    private var heads: [Checkpoint]

    /// The heads that a known key signed and that contradict one of these: split views.
    private(set) var splits: [Checkpoint] = []

    /// Starts with the kit's head.
    init(_ first: Checkpoint) {
        heads = [first]
    }

    /// Says whether a head is of one size with another that is believed, yet differs.
    func contradict(_ head: Checkpoint) -> Bool {
        heads.contains {
            $0.origin == head.origin && $0.size == head.size && $0.root != head.root
        }
    }

    /// Returns the root of a log's tree of `size` entries, where a head of it is believed.
    func root(of size: UInt64, in origin: Text) -> Hash? {
        heads.first { $0.origin == origin && $0.size == size }?.root
    }

    /// Takes a head that a known key signed, and returns true; returns false for a split view.
    mutating func add(_ head: Checkpoint) -> Bool {
        guard !contradict(head) else {
            splits.append(head)
            return false
        }
        heads.append(head)
        return true
    }
}
