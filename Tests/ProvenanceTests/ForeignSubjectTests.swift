import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What build services say about their subjects: many, and several with one digest.
@Suite struct ForeignSubjectTests {
    private static let issuer: Text = "https://ci.example"

    var log: MemoryLedger
    let build: SigningKey

    init() throws {
        log = try MemoryLedger()
        build = try log.values.ed25519("build")
        try log.addPoP()
        try log.apply(log.adding(build.publicKey, issuer: Self.issuer, roles: [.ci]))
    }

    private static func manifest(
        _ names: [String], version: String = "v1", type: String = "https://slsa.dev/provenance/v1"
    ) throws -> Manifest {
        let subjects = names.enumerated().map { index, name in
            """
            {"name":"\(index)","digest":{"sha256":"\(Hash.sha256(Array(name.utf8)))"}}
            """
        }
        return try Manifest(
            Array(
                """
                {"_type":"https://in-toto.io/Statement/\(version)","subject":[\
                \(subjects.joined(separator: ","))],"predicateType":"\(type)","predicate":{}}
                """.utf8))
    }

    private mutating func sign(_ manifest: Manifest) throws -> Statement {
        try log.draft(manifest, issuer: Self.issuer).sign(with: build)
    }

    /// An image with two tags is two subjects with one digest.
    @Test mutating func aStatementNamesEachDigestOnceInTheOrderOfItsFirstOccurrence() throws {
        let manifest = try Self.manifest(["b", "a", "b", "c", "a"])
        #expect(manifest.subjects.count == 5)
        let statement = try sign(manifest)
        let expected = ["b", "a", "c"].map { Hash.sha256(Array($0.utf8)) }
        #expect(statement.subjectDigests == expected)
        #expect(throws: Never.self) { try Statement(leaf: statement.leaf).check(manifest) }

        let file = try log.log(statement, manifest)
        let verifier = try Verifier(log.kit())
        for name in ["a", "b", "c"] {
            #expect(
                verifier.verify(
                    file: file.encoded(), artifact: .sha256(Array(name.utf8))
                ).ok)
        }
    }

    /// A reader that kept the digests as they stand in the manifest would make another leaf.
    @Test mutating func theSubjectsInAnotherOrderAreNotTheManifests() throws {
        let statement = try sign(try Self.manifest(["b", "a", "b"]))
        for names in [["a", "b", "b"], ["a", "b"], ["b"]] {
            let other = try Self.manifest(names)
            #expect(other.subjectDigests != statement.subjectDigests)
            #expect(throws: Refusal.self) { try statement.check(other) }
        }
    }

    @Test(arguments: [P256OrEd25519.ed25519, .es256])
    mutating func twoHundredSubjectsFitIntoALeaf(key: P256OrEd25519) throws {
        let manifest = try Self.manifest((0..<200).map(String.init))
        let signer = try key == .ed25519 ? build : log.values.es256("es")
        let statement = try log.draft(manifest, issuer: Self.issuer).sign(with: signer)
        #expect(statement.subjectDigests.count == 200)
        #expect(statement.leaf.count <= Limits.statementBytes)
        let refusal = #expect(throws: Refusal.self) {
            try Self.manifest((0..<201).map(String.init))
        }
        #expect(refusal?.description == "subject: must have 1 to 200 elements")
    }

    enum P256OrEd25519: CaseIterable { case ed25519, es256 }

    /// The limit of the policy is about what the ledger's own studios write.
    @Test mutating func thePolicysLimitOfSubjectsBindsTypesOfOursAlone() throws {
        try log.apply(settings: .init(subjects: 1))
        let many = try sign(try Self.manifest(["a", "b", "c"]))
        #expect(throws: Never.self) { try log.registry.judge(many) }
    }

    @Test mutating func statementsOfInTotoBeforeOneAreForeignTypesOnly() throws {
        let old = try Self.manifest(
            ["a"], version: "v0.1", type: "https://slsa.dev/provenance/v0.2")
        #expect(throws: Never.self) { try log.registry.judge(try sign(old)) }
        let refusal = #expect(throws: Refusal.self) {
            try Self.manifest(["a"], version: "v0.1", type: "urn:colophon:provenance:v1")
        }
        #expect(refusal?.field == "_type")
    }
}
