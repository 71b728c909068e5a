import Encoding
import Foundation
import Keys
import LedgerServer
import Manifests
import Merkle
import Provenance
import TestHTTP
import Testing
import TestLedger
import TestSupport

/// What only the order decides, as clients see it: keys and erasures that a batch brings itself.
@Suite(.serialized) struct OrderTests {
    /// More statements than a chunk holds, so that several are judged side by side.
    @Test func aBatchOfManyChunksUsesTheKeyThatItAdds() async throws {
        try await TestServer.run { server in
            let key = KeyFile.generate(.es256)
            let issuer: Text = "https://pops.example/rome"
            let change = KeyManifest(
                .add, coseKey: Text(key.publicKey.string), issuer: issuer, roles: [.pop],
                notBefore: 0)
            let add = try server.fixture.control(
                change.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            let files = try (0..<700).map {
                try server.fixture.capture("file-\($0)", by: key, issuer: issuer)
            }
            let statuses = try await server.post(batch: [files[0], add] + files).map(\.status)
            #expect(statuses == [400] + [UInt64](repeating: 201, count: 701))
        }
    }

    @Test func anErasedManifestSaysWhenItsBytesHaveLeftTheDisk() async throws {
        try await TestServer.run { server in
            // A full bundle, whose compressed form is kept in memory.
            let files = try (0..<256).map { try server.fixture.capture("file-\($0)") }
            _ = try await server.post(batch: files)
            let gzip = ["Accept-Encoding": "gzip"]
            let before = try await server.send("GET", "/manifests/000", headers: gzip)
            let target = try TransparentStatement(files[9])
            let erasure = ErasureManifest(
                entries: [Text("\(target.statement.id)")], sha256: target.statement.manifestDigest,
                reason: "asked for", authority: "the person shown")
            let statement = try server.fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes()))
            #expect(try await server.post(statement).status == 201)
            let path = "/entries/\(target.statement.id)/manifest"
            let answer = try await eventually("the bytes have left the disk") {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 410)
                return answer["retry-after"] == nil ? answer : nil
            }
            #expect(answer.problem?.detail.contains("no file of the ledger") == true)
            let after = try await server.send("GET", "/manifests/000", headers: gzip)
            #expect(after["etag"] != before["etag"])
            let tag = ["If-None-Match": try #require(before["etag"])]
            #expect(try await server.send("GET", "/manifests/000", headers: tag).status == 200)
            let metrics = try await server.send("GET", "/metrics").text
            #expect(metrics.contains("\ncolophon_erasures_pending "))
        }
    }
}
