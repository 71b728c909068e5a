import Encoding
import Foundation
import HTTPService
import LedgerServer
import TestHTTP
import Testing
import TestSupport

/// Nobody has so much of what all share that there is nothing left for who comes next.
@Suite(.serialized) struct SharingTests {
    /// Opens connections from `address` until the server ends one, and runs `body` with those that
    /// it keeps open.
    private static func crowd(
        from address: String, _ server: TestServer, held: Int = 0,
        _ body: (Int) async throws -> Void
    ) async throws {
        let isRefused = try await Connection.open(port: server.port, from: address) { connection in
            try? await connection.send("GET", "/healthz")
            guard (try? await connection.answer().status) == 200 else { return true }
            try await crowd(from: address, server, held: held + 1, body)
            return false
        }
        if isRefused { try await body(held) }
    }

    @Test func aClientHasNoMoreConnectionsThanAreFree() async throws {
        try await TestServer.run {
            $0.service.limits.connections = 24
        } _: { server in
            try await Self.crowd(from: "127.0.0.2", server) { first in
                #expect((11...13).contains(first))
                // Others have what the first has left, and leave something too.
                try await Self.crowd(from: "127.0.0.3", server) { second in
                    #expect((5...7).contains(second))
                    let third = try await server.send("GET", "/healthz")
                    #expect(third.status == 200)
                }
            }
            // What has ended is free again.
            try await Self.crowd(from: "127.0.0.2", server) { again in
                #expect(again >= 10)
            }
        }
    }

    /// A proxy speaks for very many: its connections are not counted, its clients' requests are.
    @Test func aProxysClientsAreCountedByThemselves() async throws {
        let proxies = try #require(TrustedProxies(["127.0.0.2/32"]))
        try await TestServer.run {
            $0.service.limits.connections = 16
            $0.service.proxies = proxies
        } _: { server in
            try await Self.hold(14, for: "203.0.113.7", server) { kept, refused in
                // The last of them were told to come again, on connections that ended.
                #expect(kept <= 9)
                #expect(refused == 14 - kept)
                let other = try await server.send(
                    "GET", "/healthz", headers: ["X-Forwarded-For": "203.0.113.8"],
                    from: "127.0.0.2")
                #expect(other.status == 200)
            }
        }
    }

    /// Begins as many statements through the proxy, none of which is ever whole.
    private static func hold(
        _ count: Int, for client: String, _ server: TestServer, kept: Int = 0, refused: Int = 0,
        _ body: (Int, Int) async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body(kept, refused) }
        try await Connection.open(port: server.port, from: "127.0.0.2") { connection in
            try await connection.send(
                "POST", "/entries",
                headers: [
                    "Content-Type": "application/cose", "Content-Length": "100",
                    "X-Forwarded-For": client, "Expect": "100-continue",
                ])
            let status = try await connection.head().status
            #expect([100, 503].contains(status))
            let isKept = status == 100
            try await hold(
                count - 1, for: client, server, kept: kept + (isKept ? 1 : 0),
                refused: refused + (isKept ? 0 : 1), body)
        }
    }

    /// The scarcer connections are, the less time a body has to go on: a twentieth of it where one
    /// of forty is free.
    @Test func aBodyThatDripsIsCutOffSoonerWhereConnectionsAreScarce() async throws {
        try await TestServer.run {
            $0.service.limits.connections = 40
            // Longer than the test waits.
            $0.service.limits.progressTime = Patience.bound
            $0.service.limits.crowdedTime = .seconds(1)
        } _: { server in
            let first = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<39 {
                    group.addTask {
                        try await Self.drip(server, from: "127.0.0.\(2 + number / 3)")
                    }
                }
                defer { group.cancelAll() }
                return try await group.next()
            }
            #expect(first == 408)
        }
    }

    /// Sends a byte of a body and no more; returns the status of the answer.
    private static func drip(_ server: TestServer, from address: String) async throws -> Int {
        try await Connection.open(port: server.port, from: address) { connection in
            try await connection.send(
                "POST", "/entries",
                headers: ["Content-Type": "application/cose", "Content-Length": "1000"])
            try await connection.send([0])
            return try await connection.answer().status
        }
    }

    /// Memory for bodies is shared too.
    @Test func aClientHasNoMoreMemoryThanIsFree() async throws {
        try await TestServer.run {
            $0.service.limits.bodyMemory = 1 << 20
        } _: { server in
            let part = [UInt8](repeating: 0xD2, count: 100_000)
            func fill(_ held: Int, _ body: (Int) async throws -> Void) async throws {
                try await Connection.open(port: server.port, from: "127.0.0.2") { connection in
                    try await connection.send(
                        "POST", "/entries",
                        headers: [
                            "Content-Type": "application/cose", "Content-Length": "200000",
                            "Expect": "100-continue",
                        ])
                    #expect(try await connection.head().status == 100)
                    try await connection.send(part)
                    guard held < 8 else { return try await body(held) }
                    try await fill(held + 1, body)
                }
            }
            try await fill(1) { _ in
                let answer = try await server.post([UInt8](repeating: 0, count: 300_000))
                #expect(answer.status == 400)
                // What it has sent is counted once it has been read.
                try await eventually("its own statement finds no room") {
                    try await server.send(
                        "POST", "/entries", headers: ["Content-Type": "application/cose"],
                        body: [UInt8](repeating: 0, count: 300_000), from: "127.0.0.2"
                    ).status == 503
                }
            }
        }
    }

    @Test func streamsOfOneClientLeaveSomeForOthers() async throws {
        let made = try await ServerCertificate()
        try await TestServer.run {
            $0.service.certificate = made.certificate
            $0.service.limits.streams = 12
        } _: { server in
            try await Connection.open(
                port: server.port, tls: ["h2"], from: "127.0.0.2"
            ) { crowd in
                try await crowd.send(Frames.openPreface)
                for stream in 0..<10 {
                    try await crowd.send(
                        Frames.post(2 * stream + 1, "/batch", "application/cbor-seq"))
                }
                // The last of them is told to come again: 503 has no place in HPACK's table.
                #expect(try await crowd.answer(19)?.status != 0x88)
                try await Connection.open(port: server.port, tls: ["h2"]) { other in
                    try await other.send(Frames.openPreface + Frames.request(1, "GET", "/healthz"))
                    #expect(try await other.answer(1)?.status == 0x88)
                }
            }
        }
    }
}
