import Foundation
import Testing
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A `colophond` that serves a new ledger on a free port, stopped and removed at the end.
final class LedgerProcess: @unchecked Sendable {
    // Foundation's Process is used by one test at a time: each suite awaits what it starts.
    static let origin = "ledger.example/prints"

    let shop: Workshop
    private let flags: [String]
    private let environment: [String: String]
    private var process: Process?
    private var log: URL

    /// The number of the process while it serves.
    var number: Int32? { process?.processIdentifier }

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
        log = shop.url("serve.log")
        let made = try await shop.colophon("keygen", "--out", "admin.pem")
        try #require(made.status == 0, "\(made.words)")
        let started = try await Program.run(
            "colophond",
            ["init", "--data", "ledger", "--origin", Self.origin, "--admin", "admin.pub.pem"],
            in: shop.folder)
        try #require(started.status == 0, "\(started.words)")
        try await start()
    }

    deinit {
        process?.terminate()
    }

    /// Serves the ledger and waits until it says where it listens.
    func start(port: Int = 0) async throws {
        log = shop.url("serve-\(UUID()).log")
        try Data().write(to: log)
        let process = Program.process(
            "colophond", ["serve", "--data", "ledger", "--listen", "127.0.0.1:\(port)"] + flags,
            in: shop.folder, environment: environment)
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        self.process = process
        let mark = "listening on "
        for _ in 0..<600 {
            let text = try String(contentsOf: log, encoding: .utf8)
            if let place = text.range(of: mark) {
                address = String(text[place.upperBound...].prefix { !$0.isWhitespace })
                return
            }
            try #require(process.isRunning, "colophond ended: \(text)")
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("colophond does not listen after 30 seconds")
    }

    /// Sends SIGHUP and waits for new words in the log.
    func hangUp(until words: String) async throws {
        let process = try #require(process)
        let seen = try Data(contentsOf: log).count
        kill(process.processIdentifier, SIGHUP)
        for _ in 0..<600 {
            let text = String(decoding: try Data(contentsOf: log)[seen...], as: UTF8.self)
            if text.contains(words) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the log does not say \"\(words)\"")
    }

    /// A figure of the process in KiB, such as `VmRSS` or `VmHWM`, as the kernel counts it.
    func memory(_ name: String) throws -> Int {
        let process = try #require(process)
        let status = try String(
            contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
    }

    /// Asks the ledger to stop and returns its exit code.
    func stop() async throws -> Int32 {
        guard let process else { return 0 }
        self.process = nil
        process.terminate()
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return process.terminationStatus
    }

    /// Ends the ledger as a power cut does and serves it again at the same address.
    func crashAndRestart() async throws {
        let port = try #require(URL(string: address)?.port)
        try await crash()
        try await start(port: port)
    }

    /// Ends the ledger as a power cut does.
    func crash() async throws {
        guard let process else { return }
        self.process = nil
        kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
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

    /// Writes the trust kit of now to the folder `trust`.
    func writeKit() async throws {
        try? FileManager.default.removeItem(at: shop.url("trust"))
        let wrote = try await Program.run(
            "colophond", ["trust-kit", "--data", "ledger", "--out", "trust"], in: shop.folder)
        try #require(wrote.status == 0, "\(wrote.words)")
    }
}
