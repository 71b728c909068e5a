import Encoding
import Files
import Jobs

/// The files of a hot folder that are not signed yet: each waits until it is complete.
///
/// A file is complete once nobody who wrote to it has it open, as far as that is told, and once
/// nothing about it has changed for the settle time. There is no clock in here.
struct WaitingWorks {
    typealias Instant = ContinuousClock.Instant

    /// What is known of a file.
    private struct Work {
        /// Its place in the order in which files came.
        let arrival: UInt64

        /// Its status at the last look; nil before the first one.
        var status: FileStatus?

        /// Whether somebody has written to it who was not seen to close it.
        var isOpen: Bool

        /// When it is looked at.
        var due: Instant

        /// How often it could not be read.
        var failures = 0
    }

    /// What is to be done about a file that was looked at.
    enum Look: Hashable {
        /// It is complete.
        case complete

        /// It is still changing.
        case waits
    }

    /// Files that wait at the most, some 200 bytes each: the others stay in their folder, and are
    /// found when these are signed.
    static let limit = 100_000

    /// The time between two tries to read a file: it may be on a card that was just pulled out, or
    /// the folder's owner may have to act.
    private static let backoff = Backoff(first: .seconds(2), longest: .seconds(300))

    private let settle: Duration
    let limit: Int
    private var works: [Text: Work] = [:]
    private var arrivals: UInt64 = 0

    /// Whether some were not taken: somebody must look for them again.
    private(set) var isOverfull = false

    init(settle: Duration, limit: Int = limit) {
        self.settle = settle
        self.limit = limit
    }

    var count: Int { works.count }

    /// Whether a file waits that could be read so far.
    var hasFresh: Bool { works.values.contains { $0.failures == 0 } }

    func contains(_ path: Text) -> Bool { works[path] != nil }

    // MARK: - What happens

    /// Takes note of a file; one that is known keeps its place and waits anew.
    ///
    /// - Parameters:
    ///   - status: its status now; nil where nobody looked.
    ///   - isOpen: whether somebody is writing to it; nil where nobody knows.
    mutating func note(
        _ path: Text, _ status: FileStatus? = nil, isOpen: Bool? = nil, at now: Instant
    ) {
        guard var work = works[path] else {
            guard works.count < limit else {
                isOverfull = true
                return
            }
            works[path] = Work(
                arrival: arrivals, status: status, isOpen: isOpen ?? false, due: now + settle)
            arrivals += 1
            return
        }
        if let isOpen { work.isOpen = isOpen }
        work.status = status
        work.due = now + settle
        works[path] = work
    }

    /// Forgets a file that is signed, skipped or gone.
    mutating func remove(_ path: Text) {
        works[path] = nil
    }

    /// Forgets who has files open, but for those with one of these paths: notices were lost, and
    /// the end of a write may be among them, or the files are somewhere else now.
    mutating func forgetWriters(except paths: Set<Text> = []) {
        for path in works.keys where !paths.contains(path) { works[path]?.isOpen = false }
    }

    /// Says that everything was looked for: what was not taken before is here now, or counted
    /// anew.
    mutating func beginScan() {
        isOverfull = false
    }

    // MARK: - What is due

    /// The files that are to be looked at now, in the order in which they came.
    func due(at now: Instant) -> [Text] {
        works.filter { !$0.value.isOpen && $0.value.due <= now }
            .sorted { $0.value.arrival < $1.value.arrival }.map(\.key)
    }

    /// When the next file is to be looked at; nil where none waits for a time.
    var nextDue: Instant? { works.values.filter { !$0.isOpen }.map(\.due).min() }

    /// Compares a file with what it was at the look before.
    ///
    /// Where nobody looked when it was noted, this is the first look, and it waits once more.
    mutating func look(_ path: Text, _ status: FileStatus, at now: Instant) -> Look {
        guard var work = works[path] else { return .waits }
        defer { works[path] = work }
        guard let before = work.status, before.isUnchanged(status) else {
            work.status = status
            work.due = now + settle
            return .waits
        }
        return .complete
    }

    /// Takes note that a file was changed while it was read.
    mutating func changed(_ path: Text, at now: Instant) {
        works[path]?.status = nil
        works[path]?.due = now + settle
    }

    /// Takes note that a file could not be read; the next try is later each time.
    mutating func failed(_ path: Text, at now: Instant) {
        guard var work = works[path] else { return }
        work.failures += 1
        work.due = now + max(settle, Self.backoff.wait(after: work.failures))
        works[path] = work
    }
}
