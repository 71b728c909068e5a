import HTTPCalls
import LedgerClient
import LogReader
import Provenance
import Studio
import TestLog
import TestPeer

extension IndexedLedger {
    /// Runs `body` with the ledger served, and a client that tries everything once.
    func with<Value: Sendable>(
        _ body: @Sendable (LedgerClient, StubServer) async throws -> Value
    ) async throws -> Value {
        try await StubServer.run(answering: { self.answer(to: $0) }) { server in
            try await LedgerClient.with(
                ServiceURL("http://127.0.0.1:\(server.port)"), options: .once
            ) { try await body($0, server) }
        }
    }

    /// Runs `body` with the log, as a kit proves it: that of now, or another one.
    func proven<Value: Sendable>(
        by older: TrustKit? = nil,
        _ body: @Sendable (ProvenLog, TrustKit, StubServer) async throws -> Value
    ) async throws -> Value {
        let kit = try older ?? kit()
        return try await with { client, server in
            let log = try await ProvenLog(
                LogService(client.caller), by: .kit(kit, requiringQuorum: false), asking: client)
            return try await body(log, kit, server)
        }
    }
}
