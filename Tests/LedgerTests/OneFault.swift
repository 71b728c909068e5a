import LedgerStore
import Synchronization

/// Lets one write fail, once it is armed.
final class OneFault: Sendable {
    private let armed = Mutex<(fault: WriteFaultTests.Case, writes: Int)?>(nil)
    private let struck = Mutex(false)

    var hasStruck: Bool { struck.withLock { $0 } }

    /// - Parameter writes: so many of the step go well before.
    func arm(_ fault: WriteFaultTests.Case, after writes: Int = 0) {
        armed.withLock { $0 = (fault, writes) }
    }

    @Sendable func callAsFunction(_ step: WriteStep) -> WriteFault? {
        armed.withLock { armed in
            guard let (fault, writes) = armed, fault.step == step else { return nil }
            armed = writes > 0 ? (fault, writes - 1) : nil
            guard writes == 0 else { return nil }
            struck.withLock { $0 = true }
            return fault.fault
        }
    }
}
