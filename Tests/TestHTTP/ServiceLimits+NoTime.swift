package import HTTPService
import TestSupport

extension ServiceLimits {
    /// Makes the times of a connection in use longer than a test may take.
    ///
    /// On a busy machine nothing is late: what a test sets afterwards is the only time that can end
    /// it. The times of a connection that is being ended, and of the end of the service, stay.
    package mutating func endNothingByTime() {
        let time = Patience.bound * 2
        headerTime = time
        idleTime = time
        crowdedTime = time
        progressTime = time
    }
}
