import LedgerStore
import Synchronization

/// Lets one write of the eraser fail.
final class ErasureFault: Sendable {
    private let fault: WriteFault
    private let left: Mutex<Int>

    init(_ fault: WriteFault, after writes: Int) {
        self.fault = fault
        left = Mutex(writes)
    }

    var hasStruck: Bool { left.withLock { $0 < 0 } }

    @Sendable func callAsFunction(_ step: WriteStep) -> WriteFault? {
        guard step == .erasure else { return nil }
        return left.withLock { left in
            left -= 1
            return left == -1 ? fault : nil
        }
    }
}
