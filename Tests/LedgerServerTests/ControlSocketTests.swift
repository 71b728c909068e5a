import Foundation
import HTTPService
import Ledger
import LedgerControl
import LedgerServer
import NIOCore
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct ControlSocketTests {
    @Test func theTrustKitComesThroughTheSocket() async throws {
        try await TestServer.run { server in
            let (files, isCosigned) = try #require(
                try await ControlClient(data: server.data).trustKit())
            #expect(isCosigned == false)
            #expect(try files == server.fixture.ledger.trustKit())
            let kit = try TrustKit(files)
            #expect(kit.genesis == server.fixture.ledger.genesis)
        }
    }

    /// As a command that opens the folder itself sees it: the newest head may lack what others
    /// have.
    @Test func whetherHeadsAreCosignedIsSaidBesideTheKit() async throws {
        try await TestServer.run { server in
            try WitnessGroup().cosign(server.fixture.ledger.head(), in: server.fixture.ledger)
            try await server.fixture.addPoP()
            let kit = try #require(try await ControlClient(data: server.data).trustKit())
            #expect(kit.hasCosignedHead == true)
        }
    }

    @Test func onlyTheOwnerCanOpenTheSocket() async throws {
        try await TestServer.run { server in
            let attributes = try FileManager.default.attributesOfItem(atPath: server.control)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
        }
    }

    @Test func theSocketIsGoneAfterwardsAndNobodyAnswers() async throws {
        try await TestServer.run { server in
            await server.stop()
            try await eventually("the socket is gone") { try !isThere(server.control) }
            #expect(try await ControlClient(data: server.data).trustKit() == nil)
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await TestServer.run { server in
            var options = ServerOptions(
                listen: ListenAddress(host: "127.0.0.1", port: server.port))
            options.control = nil
            let second = LedgerServer(
                ledger: server.fixture.ledger, options: options, metrics: MetricsRegistry(),
                logger: server.log.logger)
            let error = await #expect(throws: ServerError.self) { try await second.run() }
            #expect(error?.description == "127.0.0.1:\(server.port): the port is in use")
        }
    }
}
