import Merkle
import Provenance
import Synchronization

/// The index heads that clients were shown: no two have one number in their chain.
final class IndexHeadMemory: Sendable {
    /// An index head that was shown to somebody, with a receipt.
    struct Seen: Sendable {
        let head: IndexHead

        /// Where its receipt says that it stands.
        let index: UInt64

        /// Where the disk's record stood when it was shown; 0 without a record.
        let position: UInt64
    }

    private let seen = Mutex<[UInt64: Seen]>([:])

    /// All of them, by rising number.
    var heads: [Seen] {
        seen.withLock { $0.values.sorted { $0.head.chain.sequence < $1.head.chain.sequence } }
    }

    /// Remembers a head in transport form; returns what contradicts what was shown before, nil if
    /// nothing does.
    func saw(_ bytes: [UInt8], at position: UInt64) -> String? {
        let shown: Seen
        do {
            let file = try TransparentIndexHead(bytes)
            guard let receipt = try file.receipts.first.map({ try Receipt($0) }),
                case .inclusion(let proof) = receipt.proof
            else { return "an index head was served without a receipt" }
            shown = Seen(head: file.head, index: proof.leafIndex, position: position)
        } catch {
            return "an index head cannot be read: \(error)"
        }
        return seen.withLock { seen in
            let number = shown.head.chain.sequence
            guard let other = seen[number] else {
                seen[number] = shown
                return nil
            }
            guard other.head.id != shown.head.id || other.index != shown.index else { return nil }
            return "two index heads have the number \(number): entry \(other.index), "
                + "\(other.head.id), and entry \(shown.index), \(shown.head.id)"
        }
    }
}
