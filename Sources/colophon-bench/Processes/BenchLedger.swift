import AsyncHTTPClient
import Checkpoints
import Files
import Foundation
import HTTPCalls
import NIOCore
import NIOHTTP1
import Processes
import Provenance
import Studio

/// A real `colophond` on a folder, with one PoP that may sign.
final class BenchLedger {
    static let origin = "bench.example/ledger"
    static let issuer = "https://pops.example/bench"

    /// Entries that are no captures: the policy, the administrator's key and the PoP's.
    static let controlEntries = 3

    let data: String
    private(set) var server: Server
    private let log: URL

    var url: ServiceURL {
        get throws { try ServiceURL("http://127.0.0.1:\(server.port)") }
    }

    /// Initialises the folder unless it is there, with more `arguments`, serves it, and registers
    /// the PoP's key.
    init(in folder: URL, keys: URL, _ arguments: [String] = []) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        data = folder.appending(path: "data").path()
        log = folder.appending(path: "log")
        if try NamedPath.status(data) == nil {
            try Child.run(
                Child.sibling("colophond"),
                [
                    "init", "--data", data, "--origin", Self.origin, "--admin",
                    keys.appending(path: "admin.pub.pem").path(),
                ] + arguments)
        }
        server = try Self.serve(data, log: log)
        guard try await size() < Self.controlEntries else { return }
        try Child.run(
            Child.sibling("colophon"),
            [
                "key", "add", "--admin", keys.appending(path: "admin.pem").path(), "--key",
                keys.appending(path: "pop.pub.pem").path(), "--issuer", Self.issuer,
                "--not-before", "2020-01-01T00:00:00Z", "--ledger", "\(try url)",
                "--origin", Self.origin,
            ],
            // The memory of the ledgers that the key signs for: not in the home of the caller.
            environment: ["HOME": folder.path()])
    }

    /// Makes the keys of administrator and PoP.
    static func makeKeys(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["admin.pem", "pop.pem"] {
            try Child.run(
                Child.sibling("colophon"), ["keygen", "--out", folder.appending(path: name).path()])
        }
    }

    // MARK: - The process

    /// Serves the folder again, with more `arguments`, after ``Server/stop()`` or
    /// ``Server/crash()``; returns the seconds until it says that it is ready.
    func start(_ arguments: [String] = []) async throws -> Double {
        let begin = ContinuousClock.now
        server = try Self.serve(data, arguments, log: log)
        while try await answer(to: "/readyz").status.code != 200 {
            try await Task.sleep(for: .milliseconds(5))
        }
        return (ContinuousClock.now - begin) / .seconds(1)
    }

    /// Serves with limits on what one issuer may send that are there, and out of reach.
    private static func serve(
        _ data: String, _ arguments: [String] = [], log: URL
    ) throws -> Server {
        try Server(
            Child.sibling("colophond"),
            ["serve", "--data", data, "--listen", "127.0.0.1:0"] + arguments,
            environment: [
                "COLOPHOND_ISSUER_RATE": "1000000", "COLOPHOND_ISSUER_BURST": "1000000000",
            ],
            log: log)
    }

    /// Share of a core that a server may compute while it is at rest: its scrub goes on.
    private static let restShare = 0.25

    /// Seconds after which it is measured though it is not at rest.
    private static let restPatience = 300.0

    /// Waits until what a load has left to do (tables that are merged) is done.
    func rest() async throws {
        let start = ContinuousClock.now
        while (ContinuousClock.now - start) / .seconds(1) < Self.restPatience {
            let before = try server.computedSeconds()
            try await Task.sleep(for: .seconds(2))
            if try server.computedSeconds() - before < 2 * Self.restShare { return }
        }
    }

    // MARK: - What it says

    /// Number of entries under the newest checkpoint.
    func size() async throws -> Int {
        let text = try await get("/checkpoint")
        let lines = text.split(separator: "\n")
        guard lines.count > 1, let size = Int(lines[1]) else {
            throw BenchError("the checkpoint has no size")
        }
        return size
    }

    /// Number of captures under the newest checkpoint.
    func captures() async throws -> Int {
        while true {
            let heads = try await indexHeads()
            let size = try await size()
            // One may have come in between.
            if try await indexHeads() == heads { return size - Self.controlEntries - heads }
        }
    }

    /// The newest index head; nil where there is none.
    func indexHead() async throws -> IndexHead? {
        let response = try await answer(to: "/index")
        guard response.status.code == 200 else { return nil }
        let body = try await response.body.collect(upTo: 1 << 20)
        return try TransparentIndexHead(Array(buffer: body)).head
    }

    private func indexHeads() async throws -> Int {
        try await indexHead().map { Int($0.chain.sequence) + 1 } ?? 0
    }

    /// Whether it proves now which entries have a name.
    func provesNames() async throws -> Bool {
        let path = "/complete?sha256=" + String(repeating: "0", count: 64)
        return try await answer(to: path).status.code == 200
    }

    /// Entries and write batches so far, as the ledger counts them.
    func batches() async throws -> (entries: Double, count: Double) {
        let entries = try await metric("colophon_batch_entries_sum")
        return (entries, try await metric("colophon_batch_entries_count"))
    }

    /// A figure of its own; 0 where it has none of this name.
    func metric(_ name: String) async throws -> Double {
        let text = try await get("/metrics")
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }

    /// Writes the trust kit into `folder`.
    func writeTrustKit(to folder: URL) throws {
        try Child.run(
            Child.sibling("colophond"), ["trust-kit", "--data", data, "--out", folder.path()])
    }

    /// The key that signs its checkpoints.
    func noteKey() throws -> VerifierKey {
        let kit = URL(filePath: data).deletingLastPathComponent().appending(path: "kit")
        try? FileManager.default.removeItem(at: kit)
        try writeTrustKit(to: kit)
        guard let log = try NamedKit.kit(kit.path()).policy.logs.first else {
            throw BenchError("the trust kit names no log")
        }
        return log.key
    }

    /// The number of witnesses that have seen the head of an entry's proof.
    func cosignatures(of entry: EntryID) async throws -> Int {
        let proof = try await get("/entries/\(entry)/tlog-proof")
        return try TLogProof(parsing: Array(proof.utf8)).signed.cosignatures.count
    }

    /// Bytes that the folder takes on its disk.
    func diskBytes() throws -> Double {
        // A file that compaction takes away meanwhile is no fault.
        let output = try Child.run("sh", ["-c", "du -s -B1 \"$0\" 2>/dev/null || true", data])
        guard let bytes = output.split(separator: "\t").first.flatMap({ Double($0) }) else {
            throw BenchError("du says: \(output)")
        }
        return bytes
    }

    private func get(_ path: String) async throws -> String {
        let response = try await answer(to: path)
        let body = try await response.body.collect(upTo: 1 << 20)
        return String(buffer: body)
    }

    private func answer(to path: String) async throws -> HTTPClientResponse {
        try await Self.answer(to: path, port: server.port)
    }

    /// What the server at a port of the loopback answers.
    static func answer(to path: String, port: Int) async throws -> HTTPClientResponse {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        return try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    }
}
