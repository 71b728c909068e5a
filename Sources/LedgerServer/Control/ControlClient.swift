import Encoding
import NIOCore
import NIOPosix

/// Asks the process that has a ledger open.
public struct ControlClient: Sendable {
    /// Bytes of an answer: the control statements of a very old ledger.
    private static let answerByteLimit = 256 * 1024 * 1024

    private let path: String

    /// Creates a client of the socket at `path`.
    public init(path: String) {
        self.path = path
    }

    /// Returns the files of the trust kit by name, or nil where nobody listens.
    ///
    /// - Throws: ``ServerError`` where somebody listens and gives no usable answer.
    public func trustKit() async throws -> [(name: String, bytes: [UInt8])]? {
        guard let body = try await get(ControlSocket.trustKitPath) else { return nil }
        let malformed = ServerError(place: path, reason: "gave an answer that is no trust kit")
        guard let map = try? CBOR.decode(body).mapValue else { throw malformed }
        var files: [(name: String, bytes: [UInt8])] = []
        for entry in map.entries {
            guard case .text(let name) = entry.key, let bytes = entry.value.bytesValue,
                !name.utf8.contains(UInt8(ascii: "/"))
            else { throw malformed }
            files.append((name.string, bytes))
        }
        return files
    }

    /// Returns the body of the answer to one request, or nil where nobody listens.
    private func get(_ target: String) async throws -> [UInt8]? {
        let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            // No such file, or one that a dead process left.
            return nil
        }
        let answer = try await connection.executeThenClose { inbound, outbound in
            let head = "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            try await outbound.write(ByteBuffer(string: head))
            var answer: [UInt8] = []
            for try await part in inbound {
                answer += part.readableBytesView
                guard answer.count <= Self.answerByteLimit else { break }
            }
            return answer
        }
        return try body(of: answer)
    }

    private func body(of answer: [UInt8]) throws(ServerError) -> [UInt8] {
        let blank = Array("\r\n\r\n".utf8)
        let end = answer.indices.first { answer[$0...].starts(with: blank) }
        guard let end else { throw ServerError(place: path, reason: "gave no answer") }
        let lines = String(decoding: answer[..<end], as: UTF8.self).split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { decimal(String($0.dropFirst("content-length:".count).filter { $0 != " " })) }
        let body = answer[(end + blank.count)...]
        guard lines.first?.split(separator: " ").dropFirst().first == "200",
            length == UInt64(body.count)
        else {
            let status = lines.first.map { String($0) } ?? ""
            throw ServerError(place: path, reason: "answered \"\(QuotedText.bare(status))\"")
        }
        return Array(body)
    }
}
