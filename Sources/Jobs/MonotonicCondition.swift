import Foundation

/// A lock, and a place to wait at for a time that no setting of the clock makes longer.
///
/// On Linux, Foundation's conditions and libdispatch's semaphores wait until a time of day: where
/// the clock is set back by hours meanwhile, they wait for hours.
///
/// `@unchecked Sendable`: POSIX makes both objects for use by several threads; they lie where they
/// are from `init` to `deinit`.
@safe
package final class MonotonicCondition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Makes a lock that nobody holds.
    package init() {
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe Self.expect(pthread_mutex_init(mutex, nil))
        #if canImport(Darwin)
            unsafe Self.expect(pthread_cond_init(condition, nil))
        #else
            var attributes = pthread_condattr_t()
            unsafe Self.expect(pthread_condattr_init(&attributes))
            unsafe Self.expect(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
            unsafe Self.expect(pthread_cond_init(condition, &attributes))
            unsafe Self.expect(pthread_condattr_destroy(&attributes))
        #endif
    }

    deinit {
        unsafe Self.expect(pthread_cond_destroy(condition))
        unsafe Self.expect(pthread_mutex_destroy(mutex))
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` while it holds the lock.
    @inlinable
    package func withLock<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }

    @usableFromInline
    func lock() {
        unsafe Self.expect(pthread_mutex_lock(mutex))
    }

    @usableFromInline
    func unlock() {
        unsafe Self.expect(pthread_mutex_unlock(mutex))
    }

    /// Waits, while the caller holds the lock, until somebody signals, or for no reason at all.
    package func wait() {
        unsafe Self.expect(pthread_cond_wait(condition, mutex))
    }

    /// Waits in the same way, but not beyond `limit`; returns whether that has not come.
    package func wait(until limit: ContinuousClock.Instant) -> Bool {
        let left = limit - .now
        guard left > .zero else { return false }
        // The caller begins a wait anew that was cut off here before its time.
        let (seconds, rest) = min(left, Self.longest).components
        let nanoseconds = rest / 1_000_000_000
        #if canImport(Darwin)
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
            unsafe Self.expect(
                pthread_cond_timedwait_relative_np(condition, mutex, &time), or: ETIMEDOUT)
        #else
            var time = timespec()
            unsafe Self.expect(clock_gettime(CLOCK_MONOTONIC, &time))
            time.tv_nsec += Int(nanoseconds)
            time.tv_sec += Int(seconds) + time.tv_nsec / 1_000_000_000
            time.tv_nsec %= 1_000_000_000
            unsafe Self.expect(pthread_cond_timedwait(condition, mutex, &time), or: ETIMEDOUT)
        #endif
        return limit > .now
    }

    /// Wakes one that waits.
    package func signal() {
        unsafe Self.expect(pthread_cond_signal(condition))
    }

    /// Wakes all that wait.
    package func broadcast() {
        unsafe Self.expect(pthread_cond_broadcast(condition))
    }

    /// A day: any sum of it and a monotonic time is a time.
    private static let longest = Duration.seconds(86_400)

    private static func expect(_ code: Int32, or other: Int32 = 0) {
        precondition(code == 0 || code == other, "a lock is used as POSIX allows")
    }
}
