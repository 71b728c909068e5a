import AsyncHTTPClient
import Foundation
import LedgerClient
import NIOCore

/// A real `colophond` on a new folder, with one PoP that may sign.
final class BenchLedger {
    static let origin = "bench.example/ledger"
    static let issuer = "https://pops.example/bench"

    let server: Server
    let data: String
    let url: LedgerURL

    /// Initialises the folder, serves it, and registers the PoP's key.
    init(in folder: URL, keys: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        data = folder.appending(path: "data").path()
        let colophond = Child.sibling("colophond")
        try Child.run(
            colophond,
            [
                "init", "--data", data, "--origin", Self.origin, "--admin",
                keys.appending(path: "admin.pub.pem").path(),
            ])
        server = try Server(
            colophond, ["serve", "--data", data, "--listen", "127.0.0.1:0"],
            log: folder.appending(path: "log"))
        url = try LedgerURL("http://127.0.0.1:\(server.port)")
        try Child.run(
            Child.sibling("colophon"),
            [
                "key", "add", "--admin", keys.appending(path: "admin.pem").path(), "--key",
                keys.appending(path: "pop.pub.pem").path(), "--issuer", Self.issuer,
                "--not-before", "2020-01-01T00:00:00Z", "--ledger", "\(url)",
            ])
    }

    /// Makes the keys of administrator and PoP.
    static func makeKeys(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["admin.pem", "pop.pem"] {
            try Child.run(
                Child.sibling("colophon"), ["keygen", "--out", folder.appending(path: name).path()])
        }
    }

    /// Number of entries under the newest checkpoint.
    func size() async throws -> Int {
        let text = try await get("/checkpoint")
        let lines = text.split(separator: "\n")
        guard lines.count > 1, let size = Int(lines[1]) else {
            throw BenchError("the checkpoint has no size")
        }
        return size
    }

    /// Entries and write batches so far, as the ledger counts them.
    func batches() async throws -> (entries: Double, count: Double) {
        let text = try await get("/metrics")
        func number(_ name: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
        }
        return (number("colophon_batch_entries_sum"), number("colophon_batch_entries_count"))
    }

    /// Writes the trust kit into `folder`.
    func writeTrustKit(to folder: URL) throws {
        try Child.run(
            Child.sibling("colophond"), ["trust-kit", "--data", data, "--out", folder.path()])
    }

    private func get(_ path: String) async throws -> String {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)\(path)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 20)
        return String(buffer: body)
    }
}
