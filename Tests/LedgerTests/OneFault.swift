import LedgerStore
import Synchronization

/// Lets one write fail, once it is armed.
final class OneFault: Sendable {
    private let armed = Mutex<WriteFaultTests.Case?>(nil)
    private let struck = Mutex(false)

    var hasStruck: Bool { struck.withLock { $0 } }

    func arm(_ fault: WriteFaultTests.Case) {
        armed.withLock { $0 = fault }
    }

    @Sendable func callAsFunction(_ step: WriteStep) -> WriteFault? {
        armed.withLock { armed in
            guard let fault = armed, fault.step == step else { return nil }
            armed = nil
            struck.withLock { $0 = true }
            return fault.fault
        }
    }
}
