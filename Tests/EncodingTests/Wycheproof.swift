/// A file of Project Wycheproof with signatures to verify.
struct Wycheproof: Decodable {
    struct PublicKey: Decodable {
        /// Ed25519: the key's bytes.
        var pk: String?
        /// P-256: 4 || x || y.
        var uncompressed: String?
    }

    struct Group: Decodable {
        var publicKey: PublicKey
        var tests: [Test]
    }

    struct Test: Decodable {
        var tcId: Int
        var comment: String
        var flags: [String]
        var msg: String
        var sig: String
        var result: String
    }

    var testGroups: [Group]
}
