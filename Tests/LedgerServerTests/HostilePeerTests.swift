import Encoding
import Foundation
import Jobs
import Ledger
import LedgerControl
import LedgerServer
import NIOCore
import NIOPosix
import Provenance
import Testing
import TestSupport

/// A process of our own user that listens where a ledger's server should, and answers what it
/// likes.
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) final class HostilePeerTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "peer-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs `body` with a client of a peer that sends these bytes, so many times, and closes.
    private func withPeer(
        saying parts: [[UInt8]], _ body: (ControlClient) async throws -> Void
    ) async throws {
        let data = folder.appending(path: "data-\(UUID())").path()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talker(parts))
                }
            }
            .bind(unixDomainSocketPath: ControlSocket.path(data: data)).get()
        do {
            try await body(ControlClient(data: data))
        } catch {
            try await server.close()
            throw error
        }
        try await server.close()
    }

    private static func answer(_ body: [UInt8], type: String = "application/cbor") -> [UInt8] {
        Array(
            "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n".utf8
        )
            + body
    }

    private static func kit(_ files: [(String, [UInt8])]) -> [UInt8] {
        CBOR.map(CBORMap(files.map { (CBORLabel.text(Text($0.0)), CBOR.bytes($0.1)) })).encoded()
    }

    private static let files: [(String, [UInt8])] = [
        ("policy", [1]), ("genesis", [2]), ("registry.cbor", [3]), ("receipt-keys.cbor", [4]),
    ]

    @Test(arguments: [
        "../policy", "/etc/cron.d/evil", "authorized_keys", "policy/../x", "Policy", "policy\0", "",
        ".", "..", "note.pem",
    ])
    func aKitWithAnotherFileNameIsRefused(name: String) async throws {
        let kit = Self.kit(Self.files + [(name, [5])])
        try await withPeer(saying: [Self.answer(kit)]) { client in
            let error = await #expect(throws: ControlError.self) { try await client.trustKit() }
            #expect(error?.description.contains("no trust kit") == true)
        }
    }

    @Test func theFilesOfAKitAreTaken() async throws {
        try await withPeer(saying: [Self.answer(Self.kit(Self.files))]) { client in
            let files = try await client.trustKit()?.files
            #expect(files?.named.map(\.bytes) == [[1], [2], [3], [4]])
        }
    }

    /// Sixty million numbers in sixty megabytes would be gigabytes once they are taken apart.
    @Test func anAnswerOfAnotherFormIsNotTakenApart() async throws {
        let many = [UInt8](repeating: 0x01, count: 60 << 20)
        let array: [UInt8] = [0x9A, 0x03, 0xC0, 0x00, 0x00] + many
        for body in [array, [0xA4, 0x66] + Array("policy".utf8) + array, [0xBF], [0xA4], []] {
            try await withPeer(saying: [Self.answer(body)]) { client in
                await #expect(throws: ControlError.self) { try await client.trustKit() }
            }
        }
    }

    @Test func anAnswerWithoutAnEndIsGivenUp() async throws {
        let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".utf8)
        let parts = [head] + Array(repeating: megabyte, count: 300)
        try await withPeer(saying: parts) { client in
            await #expect(throws: ControlError.self) { try await client.trustKit() }
            await #expect(throws: ControlError.self) {
                try await client.call("fsck", ControlArguments(), progress: .silent)
            }
        }
    }

    @Test(arguments: [
        "", "\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 500 x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"result\":[]}\n",
    ])
    func whatIsNoAnswerIsNoSuccess(text: String) async throws {
        try await withPeer(saying: [Array(text.utf8)]) { client in
            await #expect(throws: (any Error).self) { try await client.trustKit() }
            await #expect(throws: (any Error).self) {
                try await client.call("fsck", ControlArguments(), progress: .silent)
            }
        }
    }

    @Test func whatAPeerSaysReachesNoTerminalAsItIs() async throws {
        let line = Array("{\"error\":\"\\u001b[2Jgone \\u202e\"}\n".utf8)
        try await withPeer(saying: [Self.answer(line)]) { client in
            let error = await #expect(throws: ControlError.self) {
                try await client.call("fsck", ControlArguments(), progress: .silent)
            }
            let words = try #require(error?.description)
            #expect(!words.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
            #expect(words.contains("gone"))
        }
    }
}

/// Sends what it was given to whoever asks anything, and closes.
private final class Talker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let parts: [[UInt8]]

    init(_ parts: [[UInt8]]) { self.parts = parts }

    private var hasSpoken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasSpoken else { return }
        hasSpoken = true
        let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
        let written = parts.map { part in
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: part)))
        }
        EventLoopFuture.andAllComplete(written, on: context.eventLoop).whenComplete { _ in
            loop.value.close(promise: nil)
        }
    }
}
