import Anchoring
import Checkpoints
import Encoding
import Foundation
import Jobs
import Ledger
import LedgerControl
import LedgerServer
import LogReader
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// One export, read as a folder, from colophond's own HTTP, and from nginx that serves the folder
/// with the configuration in `Tools/dist.d`: the same reader, the same answers.
@Suite(.serialized) struct StaticServingTests {
    private static let hasNginx = Program.isInstalled("nginx")

    /// Files that came over HTTP.
    private struct Fetched: LogSource {
        var files: [String: [UInt8]] = [:]

        func location(of path: String) -> String { path }

        func bytes(of file: LogFile, limit: Int) throws(LogError) -> [UInt8]? {
            files[file.path]
        }
    }

    private static func noteKey(of ledger: Ledger) throws -> VerifierKey {
        let policy = try ledger.trustKit().policy
        let line = String(decoding: policy, as: UTF8.self).split(separator: "\n")[0]
        return try VerifierKey(parsing: Text(String(line.dropFirst("log ".count))))
    }

    /// What the reader finds; throws where it believes nothing.
    private static func leaves(
        _ source: some LogSource, _ key: VerifierKey
    ) async throws -> [[UInt8]] {
        let log = try await TiledLog(source, trust: .key(key)).newest()
        var leaves: [[UInt8]] = []
        try await log.verify { _, leaf, manifest in
            leaves.append(leaf)
            guard case .envelope(let digest, _, _) = try Statement(leaf: leaf).body else { return }
            let manifest = try #require(manifest)
            #expect(digest == .sha256(manifest))
        }
        return leaves
    }

    /// Fetches `names` from a port and compares what matters of the headers.
    private static func fetch(
        _ names: [String], from server: TestServer, port: Int
    ) async throws -> (Fetched, headers: [String: [String]]) {
        var fetched = Fetched()
        var headers: [String: [String]] = [:]
        for name in names {
            let answer = try await server.send("GET", "/\(name)", port: port)
            #expect(answer.status == 200, "\(name)")
            fetched.files[name] = answer.body
            headers[name] = ["content-type", "cache-control"].map { answer[$0] ?? "none" }
        }
        return (fetched, headers)
    }

    /// Runs nginx on the folder until `body` has ended.
    private static func withNginx(
        _ folder: String, in scratch: URL, _ body: (Int) async throws -> Void
    ) async throws {
        let port = try FreePort.next()
        let place = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/dist.d/nginx-export.conf")
        let text = try String(contentsOf: place, encoding: .utf8)
            .replacing("127.0.0.1:8080", with: "127.0.0.1:\(port)")
            .replacing("/var/lib/colophon-export", with: folder)
        let file = scratch.appending(path: "nginx.conf")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let server = try RunningProgram("nginx", ["-p", scratch.path(), "-c", file.path()])
        let pid = scratch.appending(path: "nginx.pid").path()
        try await eventually("nginx serves") {
            try #require(server.isRunning, "nginx ended")
            return try isThere(pid)
        }
        try await body(port)
        _ = try await server.end(by: SIGTERM)
    }

    @Test func theReaderBelievesFolderAndLedgerAlike() async throws {
        try await Self.check { _, _, _ in }
    }

    @Test(.enabled(if: hasNginx, "needs nginx"))
    func nginxServesTheFolderAsTheLedgerServesItself() async throws {
        try await Self.check { server, names, expected in
            let fixture = server.fixture
            try await Self.withNginx(Self.out(fixture), in: fixture.folder) { port in
                let (source, headers) = try await Self.fetch(names, from: server, port: port)
                let leaves = try await Self.leaves(source, Self.noteKey(of: fixture.ledger))
                #expect(leaves == expected.leaves)
                #expect(headers == expected.headers)
                let torn = Self.out(fixture) + "/tile/0/001.tmp"
                try Data("torn".utf8).write(to: URL(filePath: torn))
                let answer = try await server.send("GET", "/tile/0/001.tmp", port: port)
                #expect(answer.status == 404)
                let missing = try await server.send("GET", "/tile/0/009", port: port)
                #expect(missing.status == 404)
            }
        }
    }

    private static func out(_ fixture: LedgerFixture) -> String {
        fixture.folder.appending(path: "export").path()
    }

    /// Exports 520 entries, and compares folder and ledger; `body` gets what both have.
    private static func check(
        _ body: (TestServer, [String], (leaves: [[UInt8]], headers: [String: [String]]))
            async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            _ = await fixture.ledger.register(
                try (0..<517).map { try fixture.capture("artifact-\($0)") })
            let log = DatedLog(fixture.ledger)
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.timestamp, url: "http://time.example"),
                    about: try #require(try log.newestHeadToDate()), state: .complete,
                    askedAt: 1, time: 1, evidence: [1]))
            let arguments = ControlArguments(["to": out(fixture)])
            let result = try await ControlClient(data: server.data).call(
                "export", arguments, progress: .silent)
            #expect(result?["size"] == 520)
            let names = try FileManager.default.subpathsOfDirectory(atPath: out(fixture)).filter {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: "\(out(fixture))/\($0)")
                return attributes[.type] as? FileAttributeType == .typeRegular
            }
            #expect(names.contains("anchors/002"))
            let key = try noteKey(of: fixture.ledger)
            let leaves = try await leaves(try LogFolder(path: out(fixture)), key)
            #expect(leaves.count == 520)
            let (source, headers) = try await fetch(names, from: server, port: server.port)
            #expect(try await self.leaves(source, key) == leaves)
            for (name, bytes) in source.files {
                let written = try Data(contentsOf: URL(filePath: "\(out(fixture))/\(name)"))
                #expect(Array(written) == bytes, "\(name)")
            }
            try await body(server, names, (leaves, headers))
        }
    }
}
