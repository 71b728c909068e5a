import Encoding
import Foundation
import HTTPService
import Ledger
import LedgerServer
import LedgerStore
import Logging
import Provenance
import Synchronization
import TestHTTP
import Testing
import TestLedger
import TestSupport

@Suite(.serialized) struct ShutdownTests {
    @Test func whatWasAnsweredUnderLoadIsThereAfterwards() async throws {
        let answered = Answered()
        try await TestServer.run { server in
            let files = try (0..<400).map { try server.fixture.capture("file-\($0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        for file in files[(lane * 50)..<(lane * 50 + 50)] {
                            // Once the server is told to stop, connections are refused.
                            guard let answer = try? await server.post(file) else { return }
                            #expect(answer.status == 201 || answer.status == 503)
                            guard answer.status == 201 else { continue }
                            answered.add(file)
                        }
                    }
                }
                try await eventually("enough are answered") { answered.files.count >= 50 }
                await server.stop()
            }
            server.fixture.ledger.close()
            let ledger = try await Self.open(server.fixture.options)
            defer { ledger.close() }
            let kept = answered.files
            #expect(kept.count >= 50)
            for file in kept {
                let id = try TransparentStatement(file).statement.id
                #expect(try ledger.receipt(id) != nil)
            }
        }
    }

    /// Opens a ledger that was closed; a call that was under way may hold it for a moment.
    private static func open(_ options: LedgerOptions) async throws -> Ledger {
        try await eventually("the ledger is let go") {
            do throws(LedgerError) {
                return try Ledger.open(options, logger: Logger(label: "again"))
            } catch {
                guard case .inUse = error else { throw error }
                return nil
            }
        }
    }

    @Test func aBatchThatIsUnderWayIsAnsweredToItsEnd() async throws {
        try await TestServer.run {
            $0.service.limits.shutdownTime = Patience.bound
        } _: { server in
            let files = try (0..<2).map { try server.fixture.capture("file-\($0)") }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/batch",
                    headers: [
                        "Content-Type": "application/cbor-seq", "Transfer-Encoding": "chunked",
                    ])
                #expect(try await connection.head().status == 200)
                try await connection.sendChunk(CBOR.bytes(files[0]).encoded())
                #expect(try await connection.chunk()?.isEmpty == false)
                await server.stop()
                try await pause(atLeast: .milliseconds(200))
                try await connection.sendChunk(CBOR.bytes(files[1]).encoded())
                let answer = try #require(try await connection.chunk())
                #expect(answer.starts(with: [0x83, 0x18, 201]))
                try await connection.send("0\r\n\r\n")
                #expect(try await connection.chunk() == nil)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aClientThatStopsSendingDoesNotHoldTheServer() async throws {
        try await TestServer.run {
            $0.service.limits.shutdownTime = .seconds(1)
        } _: { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST", "/entries",
                    headers: [
                        "Content-Type": "application/cose", "Content-Length": "1000",
                        "Expect": "100-continue",
                    ])
                #expect(try await connection.head().status == 100)
                await server.stop()
                #expect(await connection.isClosed())
            }
        }
    }
}

/// The files that a server answered with 201.
private final class Answered: Sendable {
    private let kept = Mutex<[[UInt8]]>([])

    var files: [[UInt8]] { kept.withLock { $0 } }

    func add(_ file: [UInt8]) { kept.withLock { $0.append(file) } }
}
