import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The HTTP stack alone: takes bodies and discards them, serves buffers that never change.
struct BareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bare", shouldDisplay: false)

    func run() async throws {
        var logger = Logger(label: "bare") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let application = Application(
            responder: BareResponder(),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: 0), backlog: 1024),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                let line = "listening on http://127.0.0.1:\(port)\n"
                FileHandle.standardError.write(Data(line.utf8))
            },
            logger: logger)
        try await application.run()
    }
}

/// Answers `GET /N` with N bytes, and everything else with 200 once its body has come.
private struct BareResponder: HTTPResponder {
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    /// The sizes that are asked for: a tile's, and what a checkpoint and a receipt may have.
    private static let buffers = (0...16).map { ByteBuffer(repeating: 0x61, count: $0 * 512) }

    func respond(to request: Request, context: Context) async throws -> Response {
        if request.method == .get, let count = Int(request.uri.path.dropFirst()),
            count <= 8192
        {
            let buffer = Self.buffers[(count + 511) / 512]
            return Response(
                status: .ok,
                body: ResponseBody(byteBuffer: buffer.getSlice(at: 0, length: count) ?? buffer))
        }
        for try await _ in request.body {}
        return Response(status: .ok)
    }
}
