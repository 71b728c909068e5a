package import Encoding
import Files
package import Jobs
import LedgerStore
import NIOCore
import NIOHTTP1
import NIOPosix
package import Provenance

/// Asks the process that has a ledger open.
///
/// In a target of its own: what both sides say to each other, and no server. AsyncHTTPClient's
/// `http+unix` does not serve: it connects to a path by itself. This opens the socket through a
/// folder that was looked at (``Place``), and asks the kernel who listens before it sends a byte.
package struct ControlClient: Sendable {
    /// Bytes of an answer that is a refusal.
    private static let problemByteLimit = 64 * 1024

    private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let data: String
    private let path: String

    /// Creates a client of the process that has the ledger in `data` open.
    package init(data: String) {
        self.data = data
        path = ControlSocket.path(data: data)
    }

    /// Returns the files of the trust kit, not verified, or nil where nobody listens; and whether
    /// the ledger has cosigned heads, nil where the server is too old to say so.
    ///
    /// - Throws: ``ControlError`` where somebody listens and gives no usable answer.
    package func trustKit() async throws -> (files: TrustKit.Files, hasCosignedHead: Bool?)? {
        var body: [UInt8] = []
        var hasCosignedHead: Bool?
        let isAnswered = try await exchange(
            .GET, ControlSocket.trustKitPath,
            head: { head in
                hasCosignedHead = head.headers.first(name: ControlSocket.cosignedField)
                    .map { $0 == ControlSocket.yes }
            },
            take: { part throws(ControlError) in
                body += part
                return body.count <= TrustKit.Files.oneFileByteLimit
            })
        return isAnswered ? (try ControlAnswer.kit(body, from: path), hasCosignedHead) : nil
    }

    /// Asks for long work and waits for its result; nil where nobody listens.
    ///
    /// - Parameters:
    ///   - name: the ``ControlJob``'s.
    ///   - arguments: its arguments; paths must be absolute.
    ///   - progress: called as the work goes on; its refusal ends the work.
    /// - Throws: ``ControlError`` with the server's own words where the work failed.
    package func call(
        _ name: String, _ arguments: ControlArguments, progress: JobProgress
    ) async throws -> JSON.Object? {
        var answer = ControlAnswer()
        let isAnswered = try await exchange(.POST, arguments.target(name)) {
            part throws(ControlError) in
            try answer.take(part, progress)
            return true
        }
        return isAnswered ? try answer.result(from: path) : nil
    }

    /// Sends a request and passes on the parts of a body with status 200 until `take` has
    /// enough; false where nobody listens.
    private func exchange(
        _ method: HTTPMethod, _ target: String, head look: (HTTPResponseHead) -> Void = { _ in },
        take: ([UInt8]) throws(ControlError) -> Bool
    ) async throws -> Bool {
        guard let channel = try await connect() else { return false }
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: target)
        head.headers = [
            "Host": "localhost", "Connection": "close", "Accept": "application/problem+json",
        ]
        if method == .POST { head.headers.add(name: "Content-Length", value: "0") }
        let request = head
        var status = HTTPResponseStatus.ok
        var problem: [UInt8] = []
        var isComplete = false
        do {
            try await channel.executeThenClose { inbound, outbound in
                // At once: a peer may answer, and close, as soon as it has the head.
                try await outbound.write(contentsOf: [.head(request), .end(nil)])
                reading: for try await part in inbound {
                    switch part {
                    case .head(let head):
                        status = head.status
                        look(head)
                    case .body(let buffer) where status == .ok:
                        guard try take(Array(buffer.readableBytesView)) else { break reading }
                    case .body(let buffer):
                        problem += buffer.readableBytesView.prefix(
                            Self.problemByteLimit - problem.count)
                    case .end:
                        isComplete = true
                        break reading
                    }
                }
            }
        } catch let error where !(error is ControlError) {
            // What the transport has to say of bytes that are no answer, or of a peer that has
            // closed first: whether an answer came is all that counts.
            try Task.checkCancellation()
        }
        guard isComplete else { throw ControlError("\(path): broke off its answer") }
        guard status == .ok else {
            let detail = (try? JSON.decode(problem))?["detail"]?.text?.string
            let words = SafeText.line(detail ?? "\(status.code) \(status.reasonPhrase)")
            throw ControlError(words)
        }
        return true
    }

    /// Connects; nil where nobody listens.
    ///
    /// Who listens must be root, we, or for root the owner of the ledger's folder: anybody may
    /// listen beside a folder where anybody may make files.
    private func connect() async throws -> Channel? {
        guard let socket = try connectedSocket() else { return nil }
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .withConnectedSocket(socket) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Channel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func connectedSocket() throws -> Int32? {
        do throws(FileError) {
            let place = try Place(path)
            let owner = Set([try Ownership.ownerForRoot(of: data)].compactMap { $0 })
            guard
                let socket = try LocalSocket.connect(
                    to: place.name, in: place.folder, believing: owner)
            else { return nil }
            // Where others could have put it there, they are not asked.
            do throws(FileError) {
                try Ownership.requireOwnParents(of: path, believing: owner)
            } catch {
                LocalSocket.close(socket)
                throw error
            }
            return socket
        } catch {
            // No folder to look in: nobody listens there.
            if error.isMissing { return nil }
            if error.isForbidden {
                throw ControlError(
                    "\(error); run this as the user who owns the ledger", remedy: .mend)
            }
            throw ControlError(
                "\(error): this is not the ledger's own process; nothing was asked of it")
        }
    }
}
