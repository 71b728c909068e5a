import Encoding
import Files
import Provenance
import Studio
import Synchronization

/// Prints what becomes of the files in a hot folder, and counts it.
final class WatchReport: Sendable {
    private struct State {
        var signed = 0
        var skipped = 0

        /// Files that could not be read, or not be sealed, so far.
        var unread: Set<Text> = []

        /// The doubts about the clock that were told, and have not gone since.
        var doubts: Set<Text> = []

        var toldSeen: SeenHeadError?
    }

    private let spool: String
    private let folder: String
    private let kitTime: UInt64?
    private let kitPath: String
    private let console: Console
    private let state = Mutex(State())

    /// - Parameter desk: the spool, whose clock was told of when it was opened.
    init(of desk: SpoolDesk, folder: String, _ console: Console) {
        spool = desk.spool.path
        self.folder = folder
        kitTime = desk.kit?.time
        kitPath = desk.kit?.path ?? ""
        self.console = console
        let told = doubts(desk.clock, desk.seen, at: UTC.now)
        state.withLock { $0.doubts = told }
    }

    func take(_ event: HotFolderEvent) {
        switch event {
        case .begun(let start): begin(start)
        case .signed(let work):
            state.withLock { state in
                state.signed += 1
                state.unread.remove(Text(work.path))
            }
            answer(work)
        case .clock(let clock, let seen): doubt(clock, seen)
        case .withoutSeen(let error):
            let isNews = state.withLock { state in
                defer { state.toldSeen = error }
                return state.toldSeen != error
            }
            guard isNews else { return }
            let failure = Failure(error)
            console.warn(failure.subject, "\(failure.reason); the records will not refer to it")
        case .skipped(let path, let reason):
            state.withLock { state in
                if reason.passes {
                    state.unread.insert(Text(path))
                } else {
                    state.skipped += 1
                    state.unread.remove(Text(path))
                }
            }
            console.warn(path, "\(reason)" + (reason.passes ? "; it is tried again" : "; skipped"))
        case .delayed(let path, let error):
            state.withLock { _ = $0.unread.insert(Text(path)) }
            let failure = Failure(error)
            console.warn(
                failure.subject, "\(failure.reason); nothing was lost: \(path) is tried again")
        case .forgetful(let error):
            console.warn(error.path, "\(error.words); the records in the spool say what was signed")
        case .overfull(let limit):
            console.note(
                "more than \(limit) files wait: the others are found when these are signed")
        }
    }

    private func begin(_ start: HotFolderStart) {
        let files = start.workCount == 1 ? "1 file" : "\(start.workCount) files"
        console.note("watching \(folder) for the spool \(spool); \(files) without a record beside")
        if !start.isTold {
            console.note("the system does not tell of all folders: they are looked at")
        }
        if !start.takesCopies {
            console.warn(folder, "cannot be written to: the records are in the spool alone")
        }
    }

    private func doubts(
        _ clock: PoPClock, _ seen: SeenHead?, at now: UInt64
    ) -> Set<Text> {
        let found = ClockDoubt.all(now: now, kit: kitTime, seen: seen?.witnessedAt, state: clock)
        return Set(found.compactMap(\.kind))
    }

    /// Tells what has become doubtful about the clock since it was told last.
    ///
    /// That nobody keeps it is told by `spool status` alone.
    private func doubt(_ clock: PoPClock, _ seen: SeenHead?) {
        let now = UTC.now
        let kinds = doubts(clock, seen, at: now)
        let isNews = state.withLock { state in
            defer { state.doubts = kinds }
            return !kinds.isSubset(of: state.doubts)
        }
        guard isNews else { return }
        let (kit, head) = (kitTime.map { ($0, kitPath) }, seen?.witnessedAt.map { ($0, spool) })
        let kept = clock.source == .none ? nil : clock
        ClockWords(now: now, kit: kit, seen: head, state: kept).warn(console)
    }

    private func answer(_ work: WatchedWork) {
        let sealed = work.sealed
        let (record, signed) = (sealed.record, sealed.signed)
        let place = work.copyPath ?? "\(spool)/\(record.state.rawValue)/\(record.fileName)"
        var members: [(Text, JSON?)] = [
            ("file", .string(Text(work.path))), ("colophon", .string(Text(place))),
            ("entry", .string(Text("\(signed.id)"))),
            ("sub", .string(signed.statement.subject)),
            ("number", .integer(Int64(clamping: record.number))),
        ]
        var words: CaptureWords?
        // The record is sealed: what cannot be told of the time is not.
        if let capture = try? work.draft.capture(of: work.artifact) {
            words = CaptureWords(
                capture, work.draft.place(of: work.artifact), work.draft.look(of: work.artifact))
        }
        members += words?.members ?? []
        console.print("\(place) \(signed.id) \(record.number)", members)
        if let error = sealed.copyError {
            let failure = Failure(error)
            console.warn(
                failure.subject,
                "\(failure.reason); the record is sealed in the spool, and sync writes the copy")
        }
        if let error = sealed.tipError {
            console.warn(error.path, "\(error.words); the record is sealed, and its number is used")
        }
        guard let future = words?.future(signedAt: signed.statement.issuedAt) else { return }
        console.warn(
            work.path,
            "was captured after it was signed: \(future); look at the camera's clock and this "
                + "machine's")
    }

    /// Tells how many had what end, and returns the status that this makes.
    func end(_ result: Result<Void, HotFolderError>) -> ExitStatus {
        let state = state.withLock { $0 }
        var status: ExitStatus = state.unread.isEmpty ? .yes : .tryAgain
        if case .failure(let error) = result {
            let failure = Failure(error, watching: folder)
            console.report(failure)
            status = status.worst(failure.status)
        }
        guard !console.quiet || status != .yes else { return status }
        let counts: [(Text, Int)] = [
            ("signed", state.signed), ("skipped", state.skipped), ("unread", state.unread.count),
        ]
        console.sum(
            counts.filter { $0.1 > 0 || $0.0 == "signed" }.map { "\($0.1) \($0.0)" }
                .joined(separator: ", "), counts)
        return status
    }
}

extension ClockDoubt {
    /// The kind of doubt, for how far the clock is off may change with each look.
    fileprivate var kind: Text? {
        switch self {
        case .beforeKit: "kit"
        case .beforeSeen: "seen"
        case .beforeProgram: "program"
        case .uncertain: "uncertain"
        }
    }
}
