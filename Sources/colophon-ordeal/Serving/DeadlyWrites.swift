import Foundation
import LedgerStore
import Synchronization

/// Kills this process before a write, as `kill -9` from outside does, once all writes before it in
/// a list have been seen.
///
/// Other writes may come between two of the list.
final class DeadlyWrites: Sendable {
    private let left: Mutex<ArraySlice<WriteStep>>

    /// - Parameter steps: the writes; none kills nothing.
    init(_ steps: [WriteStep]) {
        left = Mutex(steps[...])
    }

    /// Looks at a write that is about to be done; never makes it fail.
    @Sendable func callAsFunction(_ step: WriteStep) -> WriteFault? {
        left.withLock { left in
            guard left.first == step else { return }
            left.removeFirst()
            if left.isEmpty { kill(getpid(), SIGKILL) }
        }
        return nil
    }
}
