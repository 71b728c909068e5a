import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// A file that the statement does not name is never verified (verification.md §4).
@Suite struct VerifierArtifactTests {
    var log: MemoryLedger
    let build: SigningKey

    init() throws {
        log = try MemoryLedger()
        build = try log.values.ed25519("build")
        try log.addPoP()
        try log.apply(
            log.adding(build.publicKey, issuer: "https://ci.example", roles: [.ci]))
    }

    /// A file of every kind of type: with an artifact, without one, foreign, and the ledger's own.
    private mutating func files() throws -> [(name: String, file: TransparentStatement)] {
        let telemetry = try Manifest.record(
            PredicateType.telemetry,
            [
                "window": ["from": "2025-10-09T00:00:00Z", "to": "2025-10-09T01:00:00Z"],
                "device": [:], "integrity": [:], "business": ["sold": 3],
            ], issuer: MemoryLedger.berlin, nonce: log.nonce())
        let slsa = try Manifest(
            Array(
                """
                {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":\
                {"sha256":"\(Hash.sha256(Array("app".utf8)))"}}],\
                "predicateType":"https://slsa.dev/provenance/v1","predicate":{}}
                """.utf8))
        let draft = log.draft(slsa, issuer: "https://ci.example")
        let control = try #require(log.controls.last)
        var key = try TransparentStatement(control.statement, manifest: nil)
        key.receipts = [try log.receipt(control.index)]
        return [
            ("photo", try log.capture("photo")),
            ("telemetry", try log.log(log.draft(telemetry).sign(with: log.pop), telemetry)),
            ("slsa", try log.log(draft.sign(with: build), slsa)),
            ("key", key),
        ]
    }

    @Test mutating func noTypeVouchesForAFileThatItDoesNotName() throws {
        let files = try files()
        let verifier = try Verifier(log.kit())
        for (name, file) in files {
            for bytes in ["evil", "", "another"].map({ Array($0.utf8) }) + [file.encoded()] {
                for recordOnly in [false, true] {
                    let report = verifier.verify(
                        file: file.encoded(), artifact: .sha256(bytes), recordOnly: recordOnly)
                    #expect(!report.ok && report.says(.artifact, .refuted), "\(name)")
                    #expect(report.reached == .logged && !report.isAboutArtifact)
                }
            }
        }
    }

    @Test mutating func everyRecordNamesItsArtifactsAndItsManifestsOwnBytes() throws {
        let files = try files()
        let verifier = try Verifier(log.kit())
        for (name, file) in files {
            let manifest = file.manifest ?? file.statement.controlManifest?.bytes ?? []
            let report = verifier.verify(file: file.encoded(), artifact: .sha256(manifest))
            #expect(report.ok && report.says(.artifact, .ok, "manifest"), "\(name)")
        }
        for (name, work) in [("photo", "photo"), ("slsa", "app")] {
            let file = try #require(files.first { $0.name == name }?.file)
            let report = verifier.verify(
                file: file.encoded(), artifact: .sha256(Array(work.utf8)))
            #expect(report.ok && report.says(.artifact, .ok), "\(name)")
        }
    }

    /// A subject that is a URI's digest is no file's, not even of one that holds just the URI.
    @Test mutating func aFileThatHoldsASubjectsURIIsNotNamed() throws {
        let file = try #require(try files().first { $0.name == "telemetry" }?.file)
        let uri = MemoryLedger.berlin.utf8
        #expect(file.statement.subjectDigests == [Hash.sha256(uri)])
        let report = try Verifier(log.kit()).verify(
            file: file.encoded(), artifact: .sha256(uri))
        #expect(!report.ok && report.says(.artifact, .refuted))
    }

    /// A type of ours that only a later version knows may be about files, or not.
    @Test mutating func whatALaterTypeNamesIsUnknown() throws {
        let photo = try log.capture("photo")
        var bytes = try StatementBytes(photo.statement, log.pop)
        bytes.set(-65539, .text("urn:colophon:provenance:v2"))
        let file = try log.log(Statement(leaf: bytes.encoded()), nil)
        let verifier = try Verifier(log.kit())
        let named = verifier.verify(
            file: file.encoded(), artifact: .sha256(Array("photo".utf8)))
        #expect(!named.ok && named.says(.artifact, .unknown), "\(named.findings)")
        let other = verifier.verify(file: file.encoded(), artifact: .sha256([]))
        #expect(!other.ok && other.says(.artifact, .refuted))
    }

    @Test mutating func aRecordWithoutAFileIsOkOnlyWhereItIsAskedAboutAlone() throws {
        let files = try files()
        let verifier = try Verifier(log.kit())
        for (name, file) in files {
            let bytes = file.encoded()
            let plain = verifier.verify(file: bytes, artifact: nil)
            let alone = verifier.verify(file: bytes, artifact: nil, recordOnly: true)
            #expect(!plain.ok && alone.ok, "\(name): \(alone.findings)")
            #expect(plain.findings == alone.findings && plain.reached == .logged)
            let word: Verdict = ["photo", "slsa"].contains(name) ? .notChecked : .absent
            #expect(plain.says(.artifact, word), "\(name)")
        }
        // Alone or not, what is not proven is not ok.
        let unsigned = verifier.verify(file: [1, 2], artifact: nil, recordOnly: true)
        #expect(!unsigned.ok)
    }
}
