import Anchoring
import Foundation
import HTTPService
import Ledger
import LedgerServer
import LogReader
import Merkle
import TestHTTP
import TestLedger
import TestSupport
import Testing

/// `GET /anchors/N`: the file of an export, from a ledger that runs (storage.md §12).
@Suite(.serialized) struct AnchorFileTests {
    /// Dates the newest head `count` times, each time by another source.
    @discardableResult private func date(
        _ server: TestServer, count: Int = 1, state: KeptAnchor.State = .complete, bytes: Int = 1
    ) throws -> UInt64 {
        let log = DatedLog(server.fixture.ledger)
        let input = try #require(try log.newestHeadToDate())
        for number in 0..<count {
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.openTimestamps, url: "http://\(number).example"),
                    about: input, state: state, askedAt: 1, time: 5,
                    evidence: Array(repeating: UInt8(number), count: bytes)))
        }
        return input.size
    }

    private func register(_ count: Int, in server: TestServer) async throws {
        let first = server.fixture.ledger.head().size
        _ = await server.fixture.ledger.register(
            try (0..<count).map { try server.fixture.capture("\(first)-\($0)") })
    }

    @Test func eachBundleHasTheBytesThatAnExportWrites() async throws {
        try await TestServer.run { server in
            try date(server, count: 3)
            try await register(2, in: server)
            try date(server, state: .pending)
            // The last head of the first bundle, and the first one of the third.
            try await register(256 - Int(server.fixture.ledger.head().size), in: server)
            #expect(try date(server) == 256)
            try await register(257, in: server)
            #expect(try date(server, count: 2) == 513)
            let out = server.fixture.folder.appending(path: "export").path()
            _ = try server.fixture.ledger.export(to: out)
            for (bundle, there) in [(0, true), (1, false), (2, true)] as [(UInt64, Bool)] {
                let name = StaticLayout.anchors(bundle)
                let answer = try await server.send("GET", "/\(name)")
                #expect(answer.status == (there ? 200 : 404), "\(name)")
                guard there else { continue }
                let written = try Data(contentsOf: URL(filePath: "\(out)/\(name)"))
                #expect(answer.body == Array(written), "\(name)")
                #expect(answer["content-type"] == "application/cbor-seq")
                #expect(answer["cache-control"] == "no-cache")
            }
        }
    }

    @Test func aBundleWithoutEvidenceAndANameThatIsNoneAreNotThere() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("GET", "/anchors/000").status == 404)
            try date(server)
            #expect(try await server.send("GET", "/prints/anchors/000").status == 200)
            let names = ["000.p/3", "0", "0000", "x000/000", "001", "x001/000", "", "000/", "-1"]
            for name in names {
                let answer = try await server.send("GET", "/anchors/\(name)")
                #expect(answer.status == 404, "\(name)")
            }
        }
    }

    @Test func aPromiseThatIsKeptMakesAnotherFile() async throws {
        try await TestServer.run { server in
            try date(server, state: .pending)
            let first = try await server.send("GET", "/anchors/000")
            let tag = try #require(first["etag"])
            let known = try await server.send(
                "GET", "/anchors/000", headers: ["If-None-Match": tag])
            #expect(known.status == 304)
            try date(server, state: .complete)
            let then = try await server.send(
                "GET", "/anchors/000", headers: ["If-None-Match": tag])
            #expect(then.status == 200)
            #expect(then.body != first.body)
        }
    }

    @Test func aFileIsTheSameWholeAndInPieces() async throws {
        try await TestServer.run(configure: { $0.limits.bundleBytes = 100_000 }) { server in
            for _ in 0..<3 {
                try date(server, count: 40, bytes: 2_000)
                try await register(1, in: server)
            }
            try date(server)
            let ledger = server.fixture.ledger
            var whole: [UInt8] = []
            var all = try #require(try ledger.evidencePieces(index: 0))
            while let piece = try all.next(byteLimit: .max) { whole += piece }
            #expect(whole.count > 240_000)
            for byteLimit in [1, 5_000, 65_536] {
                var pieces = try #require(try ledger.evidencePieces(index: 0))
                var joined: [UInt8] = []
                while let piece = try pieces.next(byteLimit: byteLimit) {
                    #expect(!piece.isEmpty && piece.count < byteLimit + 8_000)
                    joined += piece
                }
                #expect(joined == whole, "\(byteLimit)")
            }
            let plain = try await server.send("GET", "/anchors/000")
            #expect(plain["content-length"] == nil && plain.body == whole)
            let zipped = try await server.send(
                "GET", "/anchors/000", headers: ["Accept-Encoding": "gzip"])
            #expect(zipped["content-encoding"] == "gzip")
            #expect(try Gunzip.inflated(zipped.body) == whole)
        }
    }

    @Test func aHeadWithMoreEvidenceThanIsAskedForAtOnceComesWhole() async throws {
        try await TestServer.run { server in
            for _ in 0..<5 {
                try date(server, count: 60)
                try await register(1, in: server)
            }
            let answer = try await server.send("GET", "/anchors/000")
            let out = server.fixture.folder.appending(path: "export").path()
            _ = try server.fixture.ledger.export(to: out)
            let written = try Data(contentsOf: URL(filePath: out + "/anchors/000"))
            #expect(answer.body == Array(written))
        }
    }
}
