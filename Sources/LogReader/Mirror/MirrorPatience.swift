import Synchronization

/// How long one run bears with what lies beside the bundles: some files that are wrong are waited
/// for, and some that cannot be had are asked for; the others are left to the next run.
///
/// A log that lacks one file is copied, and one that answers nothing of a kind does not keep the
/// run busy for hours.
final class MirrorPatience: Sendable {
    /// Files that are waited for, and files that may fail before no more are asked for.
    static let files = LogLimits.patientFiles

    private struct State {
        var wrong = 0
        var failed = 0
    }

    private let state = Mutex(State())

    /// Whether one more file is worth a wait; counts it.
    func waits() -> Bool {
        state.withLock { state in
            state.wrong += 1
            return state.wrong <= Self.files
        }
    }

    /// Counts a file that could not be had.
    func countFailure() {
        state.withLock { $0.failed += 1 }
    }

    /// Whether files are asked for still.
    var asks: Bool { state.withLock { $0.failed < Self.files } }
}
