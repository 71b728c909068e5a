import Foundation

/// The clock that POSIX keeps of each thread.
enum ThreadClock {
    /// What this thread has computed so far, without what it has waited.
    static var computed: Duration {
        var time = timespec()
        let code = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        precondition(code == 0, "every thread has a clock of what it computes")
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
