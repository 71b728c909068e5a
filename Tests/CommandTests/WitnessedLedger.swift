import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A ledger that is served with a policy of two witnesses, each a `colophon witness` of its own.
final class WitnessedLedger: @unchecked Sendable {
    // One test at a time uses it.
    static let names = ["w0", "w1"]

    let shop: Workshop
    let ledger: LedgerProcess
    private(set) var witnesses: [String: RunningProgram] = [:]
    private var ports: [String: String] = [:]

    /// Starts the witnesses, and the ledger with what `settings` says beside them.
    init(in shop: Workshop, settings: String = "") async throws {
        self.shop = shop
        try shop.write("log-level: info\n", to: "serve.yaml")
        ledger = try await LedgerProcess(in: shop, serve: ["--config", "serve.yaml"])
        try await ledger.writeKit()
        try #require(try await ledger.stop() == 0)
        let policy = String(decoding: try shop.bytes("trust/policy"), as: UTF8.self)
        try shop.write(policy.split(separator: "\n").first.map { "\($0)\n" } ?? "", to: "logs")
        var lines = ""
        for name in Self.names {
            let made = try await shop.colophon(
                "keygen", "--witness", "\(name).example", "--out", "\(name).pem")
            try #require(made.status == 0, "\(made.words)")
            try await startWitness(name)
            let key = made.output.split(separator: "\n").last ?? ""
            lines += "witness \(name) \(key) http://127.0.0.1:\(ports[name] ?? "")\n"
        }
        try shop.write(lines + "group both all w0 w1\nquorum both\n", to: "witnesses")
        try shop.write(
            "witness-policy: witnesses\nwitness-interval: 100ms\n" + settings, to: "serve.yaml")
        try await ledger.start()
    }

    /// Starts a witness, at the port that it had before.
    func startWitness(_ name: String) async throws {
        let witness = try RunningProgram(
            "colophon",
            [
                "witness", "--data", name, "--key", "\(name).pem", "--name", "\(name).example",
                "--logs", "logs", "--listen", "127.0.0.1:\(ports[name] ?? "0")",
            ], in: shop.folder)
        let address = try await witness.says("listening on ")
        ports[name] = address.split(separator: ":").last.map(String.init)
        witnesses[name] = witness
    }

    /// Ends a witness.
    func stopWitness(_ name: String) async throws {
        _ = try await witnesses.removeValue(forKey: name)?.end(by: SIGTERM)
    }

    /// Asks the ledger, and returns status and text.
    func get(_ path: String) async throws -> (status: Int, text: String) {
        let url = try #require(URL(string: ledger.address + path))
        // Nothing of an earlier answer counts.
        var request = URLRequest(url: url)
        request.cachePolicy = .reloadIgnoringLocalCacheData
        let (body, answer) = try await URLSession.shared.data(for: request)
        let status = try #require(answer as? HTTPURLResponse).statusCode
        return (status, String(decoding: body, as: UTF8.self))
    }

    func isReady() async throws {
        try await eventually("the ledger is ready") { try await get("/readyz").status == 200 }
    }

    /// Waits until the checkpoint has this size and a line of each witness.
    func isCosigned(size: Int) async throws {
        try await eventually("both have cosigned the head of \(size)") {
            let lines = try await get("/checkpoint").text.split(separator: "\n")
            return lines.count == 6 && lines[1] == "\(size)"
        }
    }
}
