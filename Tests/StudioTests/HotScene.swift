import Encoding
import Files
import Foundation
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestSupport
import Testing

/// A spool with a hot folder beside it, and a clock that a test moves.
final class HotScene {
    let bench: SpoolBench
    let notices = ToldNotices()
    private let events = HotEvents()
    private var now = ContinuousClock.now

    /// For how long a file must not change; each pass is half of it later.
    private static let settle: Duration = .seconds(2)

    init(in base: URL = FileManager.default.temporaryDirectory) throws {
        bench = try SpoolBench(in: base)
        try bench.folder.makeFolder("in")
    }

    var path: String { bench.folder.path("in") }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    static let plain: WatchTemplate = {
        var template = WatchTemplate.plain
        template.usualCreator = "Ana Example"
        return template
    }()

    /// A template by which files are copies of an edition of 50.
    var edition: WatchTemplate {
        get throws {
            try WatchTemplate(
                [
                    "creator": "Ana Example", "title": "Estuary {serial}", "total": 50,
                    "drop": "https://drops.example/estuary", "serial": "estuary-{serial}",
                ])
        }
    }

    func open(
        _ template: WatchTemplate = plain, at path: String? = nil, limit: Int = 1_000,
        decoder: PictureDecoder? = .ours, clock: @escaping @Sendable () -> PoPClock = { clock }
    ) throws -> HotFolder {
        let events = events
        return try HotFolder(
            path ?? self.path, into: bench.open(), bench.signer, template,
            settle: Self.settle, notices: notices, limit: limit, decoder: decoder,
            clock: clock
        ) { events.append($0) }
    }

    /// Lets a second go by so many times, and does each time what is to be done.
    func pass(_ hot: inout HotFolder, times: Int) throws {
        for _ in 0..<times {
            try hot.step(at: now)
            now += .seconds(1)
        }
        try hot.step(at: now)
    }

    // MARK: - The folder

    func drop(_ name: String, _ text: String) throws {
        try bench.folder.write(text, to: "in/\(name)")
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func pendingNames() throws -> [String] {
        try bench.open().records(in: .pending).map(\.fileName)
    }

    func digests(of name: String) throws -> [Hash] {
        try RecordFile(path(name + ".colophon")).content.statement.subjectDigests
    }

    func predicate(of name: String) throws -> JSON.Object {
        let manifest = try RecordFile(path(name + ".colophon")).content.manifest
        return try Manifest(#require(manifest)).predicate
    }

    // MARK: - What was told

    /// The files that were signed, in order.
    var signed: [String] {
        events.all.compactMap { event in
            guard case .signed(let work) = event else { return nil }
            return String(work.path.dropFirst(path.count + 1))
        }
    }

    var skips: [(name: String, reason: SkipReason)] {
        events.all.compactMap { event in
            guard case .skipped(let path, let reason) = event else { return nil }
            return (String(path.dropFirst(self.path.count + 1)), reason)
        }
    }

    static let clock = PoPClock(source: .chrony, uncertaintySeconds: 9)

    /// The clocks by which files were signed.
    var clocks: [PoPClock] {
        events.all.compactMap { event in
            guard case .clock(let clock, _) = event else { return nil }
            return clock
        }
    }

    /// How often it was told that more files wait than may.
    var overfullCount: Int {
        events.all.count { if case .overfull = $0 { true } else { false } }
    }
}

/// Notices that a test makes up.
final class ToldNotices: NoticeSource, Sendable {
    private struct State {
        var waiting: [WorkNotice] = []
        var isDeaf = false
    }

    private let state = Mutex(State())

    /// Whether no folder can be watched.
    var isDeaf: Bool {
        get { state.withLock { $0.isDeaf } }
        set { state.withLock { $0.isDeaf = newValue } }
    }

    func tell(_ notices: WorkNotice...) { state.withLock { $0.waiting += notices } }

    func watch(_ folder: Folder, at path: Text) -> Bool { !isDeaf }

    func read() -> [WorkNotice] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}

private final class HotEvents: Sendable {
    private let events = Mutex<[HotFolderEvent]>([])

    var all: [HotFolderEvent] { events.withLock { $0 } }

    func append(_ event: HotFolderEvent) { events.withLock { $0.append(event) } }
}

extension TemporaryFolder {
    /// Makes the folder `name`.
    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: false)
    }
}
