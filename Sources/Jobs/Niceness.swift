import Foundation

/// How much a thread gives way to others.
package enum Niceness {
    /// How nice a thread is that gives way (setpriority(2)): with all processors taken, it has a
    /// tenth of what another thread has.
    ///
    /// Not less, as by `SCHED_IDLE`: a lock that it holds, of memory or of the store, is one that
    /// those who register wait for, and it must get to the end of it. What it may take in all is
    /// bounded by its rests (``ReaderShare``).
    private static let value: Int32 = 10

    /// Makes this thread nicer than the others, as Linux lets each thread be.
    ///
    /// Where the system refuses it, or has no such thing, the work is done all the same.
    package static func giveWay() {
        #if os(Linux)
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, value)
        #endif
    }
}
