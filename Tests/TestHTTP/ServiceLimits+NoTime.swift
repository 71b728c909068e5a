package import HTTPService
import TestSupport

extension ServiceLimits {
    /// Makes all times longer than a test may take: on a busy machine nothing is late, and what a
    /// test sets afterwards is the only time that can end anything.
    package mutating func endNothingByTime() {
        let time = Patience.bound * 2
        headerTime = time
        idleTime = time
        crowdedTime = time
        progressTime = time
        lingerTime = time
        shutdownTime = time
    }
}
