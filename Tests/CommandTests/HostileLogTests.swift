import Compression
import Foundation
import LogReader
import Provenance
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// Servers of a log that mean no good, and `colophon audit` as somebody runs it against them.
///
/// Whatever they answer is a finding, or an end that names the file; it is never *clean*, and what
/// may pass is asked for again.
@Suite struct HostileLogTests {
    private static let recorded = Task { try await RecordedLog.make() }

    /// How a server answers a request for a path; nil for as the log is.
    typealias Answering = @Sendable (RecordedLog, String, Int) -> StubServer.Answer?

    /// One server.
    struct Server: Sendable, CustomTestStringConvertible {
        let testDescription: String

        /// The exit code of the audit.
        let status: Int32

        /// What its report or its words must have.
        let words: [String]

        let answer: Answering

        init(
            _ name: String, _ status: Int32, _ words: String..., answer: @escaping Answering
        ) {
            (testDescription, self.status, self.words) = (name, status, words)
            self.answer = answer
        }
    }

    private static let tile = "tile/0/000"
    private static let bundle = "tile/entries/001"

    private static func head(_ fields: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n".utf8)
    }

    /// Answers the same, each time, to requests for one file.
    private static func always(
        _ path: String, _ answer: @escaping @Sendable (RecordedLog) -> StubServer.Answer
    ) -> Answering {
        { log, asked, _ in asked == path ? answer(log) : nil }
    }

    /// 64 MiB in some 300 KiB: zeros, each 256 KiB of them under the head of a manifest.
    private static let largestManifests: [UInt8] = {
        var deflater = GzipDeflater()
        var file: [UInt8] = []
        let manifest = [0x5A, 0x00, 0x04, 0x00, 0x00] + [UInt8](repeating: 0, count: 256 << 10)
        for _ in 0..<256 { file += deflater.deflate(manifest) }
        return file + deflater.finish()
    }()

    static let servers = [
        Server(
            "a tile in the place of another", 1, "\"tile\"", tile,
            answer: always(tile) { .whole(200, [:], $0.files["tile/0/001"] ?? []) }),
        Server(
            "a bundle that is cut", 1, "\"bundle\"", bundle,
            answer: always(bundle) { .whole(200, [:], ($0.files[bundle] ?? []).dropLast(9)) }),
        Server(
            "gigabytes for a tile", 1, "\"tile\"", tile,
            answer: always(tile) { _ in
                .stalled(head("Content-Length: 8000000000") + [UInt8](repeating: 0, count: 99_999))
            }),
        Server(
            "a body without end", 1, "\"bundle\"", bundle,
            answer: always(bundle) { _ in
                let count = LogLimits.bundleBytes + 1
                return .stalled(
                    head("Transfer-Encoding: chunked")
                        + Array("\(String(count, radix: 16))\r\n".utf8)
                        + [UInt8](repeating: 0, count: count))
            }),
        Server(
            "a gzip bomb", 1, "\"bundle\"", bundle,
            answer: always(bundle) { _ in
                let bomb = GzipDeflater.deflated([UInt8](repeating: 0, count: 40 << 20))
                return .whole(200, ["Content-Encoding": "gzip"], bomb)
            }),
        Server(
            "the way to elsewhere", 3, "redirect", tile,
            answer: always(tile) { _ in .whole(302, ["Location": "/tile/0/001"]) }),
        Server(
            "nothing where a tile must be", 3, "is missing", tile,
            answer: always(tile) { _ in .whole(404) }),
        Server(
            "nothing where a bundle must be", 3, "is missing", bundle,
            answer: always(bundle) { _ in .whole(404) }),
        Server(
            "no access to a bundle", 3, bundle, answer: always(bundle) { _ in .whole(403) }),
        Server(
            "a page where the checkpoint must be", 3, "checkpoint",
            answer: always("checkpoint") { _ in
                .whole(200, ["Content-Type": "text/html"], Array("<html>log in</html>".utf8))
            }),
        Server(
            "a checkpoint that somebody else signed", 1, "\"checkpoint\"",
            answer: always("checkpoint") { log in
                .whole(200, [:], (try? log.note(by: log.keys.stranger)) ?? [])
            }),
        Server(
            "manifests without end", 1, "\"manifest\"",
            answer: always("manifests/000") { _ in
                .whole(200, [:], [UInt8](repeating: 0xF6, count: 100_000))
            }),
        Server(
            "a gzip bomb in the place of manifests", 1, "\"manifest\"", "must hold",
            answer: always("manifests/000") { _ in
                let bomb = GzipDeflater.deflated([UInt8](repeating: 0, count: 40 << 20))
                return .whole(200, ["Content-Encoding": "gzip"], bomb)
            }),
        Server(
            "as many manifests as there may be, each as large as it may be", 1, "\"manifest\"",
            "is not the signed one",
            answer: always("manifests/000") { _ in
                .whole(200, ["Content-Encoding": "gzip"], largestManifests)
            }),
        Server(
            "a wrong tile, and the right one to whoever asks again", 0, "\"clean\"",
            answer: { log, path, count in
                path == tile && count == 1 ? .whole(200, [:], log.files["tile/0/001"] ?? []) : nil
            }),
        Server(
            "a bundle that breaks off twice", 0, "\"clean\"",
            answer: { log, path, count in
                guard path == bundle, count <= 2, let bytes = log.files[bundle] else { return nil }
                return .broken(head("Content-Length: \(bytes.count)") + bytes.prefix(1_000))
            }),
        Server(
            "other contents each time", 1, "\"bundle\"", bundle,
            answer: { log, path, count in
                guard path == bundle, var bytes = log.files[bundle] else { return nil }
                bytes[9 + count] ^= 1
                return .whole(200, [:], bytes)
            }),
    ]

    /// Serves a log in this way while `body` runs.
    private func serve(
        _ log: RecordedLog, _ answer: @escaping Answering,
        _ body: (StubServer) async throws -> Void
    ) async throws {
        let counts = Mutex<[String: Int]>([:])
        try await StubServer.run { request in
            let path = String(request.path.dropFirst())
            let count = counts.withLock { counts in
                counts[path, default: 0] += 1
                return counts[path] ?? 1
            }
            if let special = answer(log, path, count) { return special }
            return log.files[path].map { .whole(200, [:], $0) } ?? .whole(404)
        } _: { server in
            try await body(server)
        }
    }

    private func audit(
        _ server: StubServer, _ log: RecordedLog, in folder: TemporaryFolder
    ) async throws -> Program.Outcome {
        try FileManager.default.createDirectory(
            at: folder.url("trust"), withIntermediateDirectories: true)
        for (name, bytes) in log.kit.named { try folder.write(bytes, to: "trust/\(name)") }
        return try await Program.run(
            "colophon",
            [
                "audit", "--ledger", "http://127.0.0.1:\(server.port)", "--trust", "trust",
                "--state", "state", "--json",
            ], in: folder.url)
    }

    @Test(.timeLimit(.minutes(Patience.minutes)), arguments: servers)
    func whatAServerAnswersIsAFindingOrAnEndWithAName(server: Server) async throws {
        let log = try await Self.recorded.value
        let folder = try TemporaryFolder("h")
        try await serve(log, server.answer) { peer in
            let outcome = try await audit(peer, log, in: folder)
            let said = (outcome.output + outcome.words).replacing("\\/", with: "/")
            #expect(outcome.status == server.status && !outcome.isKilled, "\(said)")
            for word in server.words { #expect(said.contains(word), "\(word) in \(said)") }
            #expect(said.contains("\"clean\"") == (server.status == 0), "\(said)")
        }
    }

    /// The state remembers what was shown before, to whoever is shown another log now.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func twoViewsAreAForkAndAnOlderHeadIsSeen() async throws {
        let log = try await Self.recorded.value
        let folder = try TemporaryFolder("h")
        var older = log
        try older.cut(to: 550)
        var other = log
        other.leaves[595] = other.leaves[594]
        try other.sign()
        let stale = try older.note()
        let views = (older: older, other: other)
        let view = Mutex("newest")
        let answering: Answering = { _, path, count in
            switch view.withLock({ $0 }) {
            case "older": views.older.files[path].map { .whole(200, [:], $0) } ?? .whole(404)
            case "other": views.other.files[path].map { .whole(200, [:], $0) } ?? .whole(404)
            case "stale" where path == StaticLayout.checkpoint:
                view.withLock { view in
                    view = "newest"
                    return .whole(200, [:], stale)
                }
            default: nil
            }
        }
        try await serve(log, answering) { peer in
            let first = try await audit(peer, log, in: folder)
            #expect(first.status == 0, "\(first.output) \(first.words)")
            view.withLock { $0 = "older" }
            let behind = try await audit(peer, log, in: folder)
            #expect(behind.status == 1 && behind.output.contains("\"behind\""))
            // A stale answer of a cache, and then the newest: nothing happened.
            view.withLock { $0 = "stale" }
            let mended = try await audit(peer, log, in: folder)
            #expect(mended.status == 0, "\(mended.output) \(mended.words)")
            view.withLock { $0 = "other" }
            let forked = try await audit(peer, log, in: folder)
            #expect(forked.status == 1 && forked.output.contains("\"fork\""))
        }
        let proof = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("state"))
                .first { $0.hasSuffix(".misbehaviour") })
        let judged = try await Program.run(
            "colophon", ["verify-misbehaviour", "state/\(proof)", "--trust", "trust"],
            in: folder.url)
        #expect(judged.status == 0, "\(judged.words)")
    }
}
