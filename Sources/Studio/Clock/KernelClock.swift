import CKernelClock

/// What the kernel says of this machine's clock.
package struct KernelClock: Hashable, Sendable {
    /// Whether somebody keeps the clock; nil where the kernel does not answer, as where the service
    /// manager forbids the question.
    package let isSynchronized: Bool?

    /// By how many microseconds the clock may be off, says whoever keeps it; the kernel adds 500
    /// for each second since.
    package let maximumError: Int64

    /// Creates an answer.
    package init(isSynchronized: Bool?, maximumError: Int64) {
        self.isSynchronized = isSynchronized
        self.maximumError = maximumError
    }

    /// Asks the kernel, by adjtimex(2) or what it is called there.
    package static var now: KernelClock {
        let state = ckernelclock_read()
        return KernelClock(
            isSynchronized: state.is_known == 1 ? state.is_synchronized == 1 : nil,
            maximumError: state.maximum_error)
    }

    /// From here on the error is no figure: the kernel counts up to it and then says that nobody
    /// keeps the clock (NTP_PHASE_LIMIT of Linux: 16 s).
    static let errorLimit: Int64 = 16_000_000
}
