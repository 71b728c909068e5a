package import HTTPCalls
import TestSupport

extension CallOptions {
    /// Options of a test that is not about time: on a busy machine nothing is late.
    package static var patient: CallOptions {
        var options = CallOptions()
        let time = Patience.bound * 2
        options.connectTimeout = time
        options.answerTimeout = time
        options.totalTime = time
        options.idleTime = time
        return options
    }

    /// The same, by which everything is tried once.
    package static var once: CallOptions {
        var options = patient
        options.tries = 1
        return options
    }
}
