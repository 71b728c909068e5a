import Merkle
import TestSupport
import Testing
import Timestamping

@Suite struct TimestampQueryTests {
    private static let digest = Hash.sha256(Array("a head".utf8))

    /// The nonce is a positive INTEGER in its shortest form, whatever it is.
    @Test(arguments: [
        (0 as UInt64, "0x0"), (0x7f, "0x7F"), (0x80, "0x80"), (0x1234_5678, "0x12345678"),
        (.max, "0xFFFFFFFFFFFFFFFF"),
    ])
    func opensslReadsTheQuestion(nonce: UInt64, shown: String) async throws {
        let folder = try TemporaryFolder()
        let query = TimestampQuery(digest: Self.digest, nonce: nonce)
        try folder.write(query.bytes, to: "query")
        let text = try await Program.run(
            "openssl", ["ts", "-query", "-in", "query", "-text"], in: folder.url)
        #expect(text.status == 0)
        for line in [
            "Version: 1\n", "Hash Algorithm: sha256\n", "Policy OID: unspecified\n",
            "Nonce: \(shown)\n", "Certificate required: yes\n", "Extensions:\n",
        ] {
            #expect(text.output.contains(line), "\(text.output)")
        }
    }

    /// Byte for byte, but for the nonce, which openssl chooses itself.
    @Test func theQuestionIsTheOneThatOpensslWrites() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a head", to: "head")
        let made = try await Program.run(
            "openssl",
            ["ts", "-query", "-data", "head", "-sha256", "-cert", "-no_nonce", "-out", "query"],
            in: folder.url)
        #expect(made.status == 0, "\(made.words)")
        let theirs = try DERNode(try folder.bytes("query"))
        let ours = try DERNode(TimestampQuery(digest: Self.digest, nonce: 1).bytes)
        let without = try ours.changing([2]) { _ in [] }
        #expect(without.bytes == theirs.bytes)
    }
}
