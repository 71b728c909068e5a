import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A `colophond` that serves a new ledger on a free port, stopped and removed at the end.
final class LedgerProcess: @unchecked Sendable {
    // One test at a time uses it: each suite awaits what it starts.
    static let origin = "ledger.example/prints"

    let shop: Workshop
    private var flags: [String]
    private let environment: [String: String]
    private var program: RunningProgram?

    /// The number of the process while it serves.
    var number: Int32? { program?.number }

    /// The ledger's address while it serves.
    private(set) var address = ""

    /// Makes a ledger in the folder of `shop`, whose administrator is `admin.pem`, and serves it
    /// with these flags too; `environment` is the server's and that of ``colophon(_:)``.
    init(
        in shop: Workshop, serve flags: [String] = [], environment: [String: String] = [:]
    ) async throws {
        self.shop = shop
        self.environment = environment
        self.flags = flags
        let made = try await shop.colophon("keygen", "--out", "admin.pem")
        try #require(made.status == 0, "\(made.words)")
        let started = try await Program.run(
            "colophond",
            ["init", "--data", "ledger", "--origin", Self.origin, "--admin", "admin.pub.pem"],
            in: shop.folder)
        try #require(started.status == 0, "\(started.words)")
        try await start()
    }

    /// Serves a new ledger that knows the key of the PoP in Berlin; its kit is the folder `trust`.
    static func knowingBerlin(serve flags: [String] = []) async throws -> LedgerProcess {
        let ledger = try await LedgerProcess(in: Workshop(), serve: flags)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.writeKit()
        return ledger
    }

    /// Tests count entries: an index head would be one more, a minute after the first.
    private static let lateHeads = ["COLOPHOND_INDEX_INTERVAL": "1h"]

    /// Serves the ledger at a port that no connection of another test can have while it is away.
    func start() async throws {
        try await start(port: FreePort.next())
    }

    /// Serves the ledger and waits until it says where it listens.
    func start(port: Int) async throws {
        let program = try RunningProgram(
            "colophond", ["serve", "--data", "ledger", "--listen", "127.0.0.1:\(port)"] + flags,
            in: shop.folder, environment: environment.merging(Self.lateHeads) { own, _ in own })
        self.program = program
        address = String(try await program.says("listening on ").prefix { !$0.isWhitespace })
    }

    /// Stops the ledger and serves it again, with these flags from then on.
    func restart(with flags: [String]) async throws {
        try #require(try await stop() == 0)
        self.flags = flags
        try await start()
    }

    /// Sends SIGHUP and waits for new words in the log.
    func hangUp(until words: String) async throws {
        let program = try #require(program)
        let seen = try program.words.utf8.count
        program.send(SIGHUP)
        try await program.says(words, after: seen)
    }

    /// A figure of the process in KiB, such as `VmRSS` or `VmHWM`, as the kernel counts it.
    func memory(_ name: String) throws -> Int {
        let number = try #require(number)
        let status = try String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
    }

    /// Asks the ledger to stop and returns its exit code.
    func stop() async throws -> Int32 {
        guard let program else { return 0 }
        self.program = nil
        return try await program.end(by: SIGTERM).status
    }

    /// Ends the ledger as a power cut does and serves it again at the same address.
    func crashAndRestart() async throws {
        let port = try #require(URL(string: address)?.port)
        try await crash()
        try await start(port: port)
    }

    /// Ends the ledger as a power cut does.
    func crash() async throws {
        guard let program else { return }
        self.program = nil
        _ = try await program.end(by: SIGKILL)
    }

    /// The number of entries, by the newest checkpoint.
    func size() async throws -> Int? {
        let url = try #require(URL(string: "\(address)/checkpoint"))
        let (note, _) = try await URLSession.shared.data(from: url)
        let lines = String(decoding: note, as: UTF8.self).split(separator: "\n")
        return lines.count > 1 ? Int(lines[1]) : nil
    }

    /// Runs `colophon` with this ledger's address.
    func colophon(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", arguments, in: shop.folder,
            environment: environment.merging(["COLOPHON_LEDGER": address]) { $1 })
    }

    /// Adds the key `name.pub.pem`.
    func add(_ name: String, issuer: String, role: String = "pop") async throws {
        let added = try await colophon(
            "key", "add", "--admin", "admin.pem", "--key", "\(name).pub.pem", "--issuer", issuer,
            "--role", role, "--origin", Self.origin)
        try #require(added.status == 0, "\(added.words)")
    }

    /// Signs a work as the PoP in Berlin, registers it and returns its entry.
    @discardableResult
    func register(_ name: String, by creator: String = "Ana Example") async throws -> String {
        try shop.write("pixels of \(name)", to: name)
        let entry = try await shop.signWork(name, by: creator)
        let sent = try await colophon("submit", "\(name).colophon")
        try #require(sent.status == 0, "\(sent.words)")
        return entry
    }

    /// Writes the trust kit of now to the folder `trust`.
    func writeKit() async throws {
        try? FileManager.default.removeItem(at: shop.url("trust"))
        let wrote = try await Program.run(
            "colophond", ["trust-kit", "--data", "ledger", "--out", "trust"], in: shop.folder)
        try #require(wrote.status == 0, "\(wrote.words)")
    }
}
