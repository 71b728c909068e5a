import Checkpoints
import HTTPService
import Ledger
import NIOCore
import Synchronization

/// The answer with the trust kit of the newest head, made once for all who ask for it.
///
/// Concurrent requests for one that is not kept make it twice.
final class KitCache: Sendable {
    /// Bytes of a kit that is kept: control statements of a ledger with thousands of keys.
    private static let byteLimit = 8 << 20

    /// What a kit follows from.
    private struct Key: Hashable {
        let head: Head
        let policy: TrustPolicy?
    }

    private let kept = Mutex<(key: Key, answer: Reply)?>(nil)

    /// Returns the answer with the kit of this head and these witnesses, and makes it where it is
    /// not kept.
    func answer(
        at head: Head, under policy: TrustPolicy?, making make: () throws(Problem) -> Reply
    ) throws(Problem) -> Reply {
        let key = Key(head: head, policy: policy)
        if let answer = kept.withLock({ $0?.key == key ? $0?.answer : nil }) { return answer }
        let answer = try make()
        if answer.body.readableBytes <= Self.byteLimit {
            kept.withLock { $0 = (key, answer) }
        }
        return answer
    }
}
