import Auditing
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What only a newer version reads is not judged, and keeps a log from being called clean.
@Suite struct NewerStatementTests {
    private static let newer: Text = "application/vnd.colophon.statement.v2+cose"
    private static let newerControl: Text = "application/vnd.colophon.control.v2+cose"

    @Test func aStatementOfANewerTypeIsNotJudgedAndNotClean() async throws {
        let scene = try AuditScene(entries: 5)
        scene.ledger.append(
            leaf: try scene.ledger.leaf {
                $0.set(16, .text(Self.newer))
                // What a newer form has is not known.
                $0.set(-65_999, .int(1))
            })
        try scene.ledger.add("a print")
        try scene.show()
        for _ in 0..<2 {
            let report = try await scene.audit()
            #expect(report.findings.counts == [.newer: 1])
            #expect(report.outcome == .incomplete && report.ending == .complete)
            #expect(report.extent.entries == 7)
            let words = "1 entry is of a type newer than this program (first: entry 5, which is of "
            #expect(report.newer?.hasPrefix("\(words)type \(Self.newer)") == true)
        }
    }

    @Test func anIndexHeadThatAnotherKeySignedIsAViolation() async throws {
        let scene = try AuditScene(entries: 5)
        try scene.ledger.addIndexHead(by: scene.ledger.values.ed25519("a stranger"))
        try scene.show()
        let report = try await scene.audit()
        #expect(report.rules == [.signature] && report.outcome == .violations)
    }

    /// A violation elsewhere is one all the same.
    @Test func aViolationBesideItIsFound() async throws {
        let scene = try AuditScene(entries: 5)
        try scene.ledger.add(type: Self.newer)
        scene.ledger.append(leaf: Array("no statement".utf8))
        try scene.show()
        let report = try await scene.audit()
        #expect(report.rules == [.leaf, .newer] && report.outcome == .violations)
    }

    /// A change of a form is a new type: what a known one must not have is malformed.
    @Test(arguments: ["crit", "typ", "no typ", "typ as bytes", "version 0", "another vendor"])
    func whatIsMalformedInEachVersionIsAViolation(what: String) async throws {
        let scene = try AuditScene(entries: 5)
        let leaf = try scene.ledger.leaf { bytes in
            switch what {
            case "crit": bytes.set(2, .array([.int(-70_000)]))
            case "typ": bytes.set(16, .int(19))
            case "no typ": bytes.set(16, nil)
            case "typ as bytes": bytes.set(16, .bytes([1]))
            case "version 0":
                bytes.set(16, .text("application/vnd.colophon.statement.v0+cose"))
            default: bytes.set(16, .text("application/vnd.example.statement.v2+cose"))
            }
        }
        scene.ledger.append(leaf: leaf)
        try scene.show()
        let report = try await scene.audit()
        #expect(report.rules == [.form] && report.outcome == .violations)
    }

    /// Nobody here knows the keys behind a control statement that cannot be read: what they decide
    /// is no finding, in this run and in those that go on from it.
    @Test func nothingIsJudgedByTheRegistryBehindANewerControlStatement() async throws {
        let scene = try AuditScene(entries: 5)
        try scene.ledger.add(type: Self.newerControl)
        let stranger = try scene.ledger.values.ed25519("stranger")
        try scene.ledger.add("by a key that it may have added", by: stranger)
        try scene.show()
        let report = try await scene.audit()
        #expect(report.findings.counts == [.newer: 1], "\(report.findings.kept)")
        #expect(report.unchecked.contains { $0.contains("from entry 5 on") })
        try scene.ledger.add("another", by: stranger)
        // What it may have erased is missing.
        scene.ledger.manifests[4] = nil
        scene.ledger.manifests[scene.ledger.size - 1] = nil
        try scene.show()
        let later = try await scene.audit()
        #expect(later.findings.counts == [.newer: 1], "\(later.findings.kept)")
        #expect(later.outcome == .incomplete && later.extent.entries == 8)
    }

    /// A control predicate that is not known is as little known as a `typ`.
    @Test func aNewerControlPredicateIsNotJudged() async throws {
        let scene = try AuditScene(entries: 5)
        let statement = try scene.ledger.control(
            try scene.ledger.adding(scene.ledger.pop.publicKey, issuer: MemoryLedger.rome))
        var bytes = try StatementBytes(statement, scene.ledger.admin)
        bytes.payload = Array(
            String(decoding: bytes.payload, as: UTF8.self)
                .replacing("urn:colophon:key:v1", with: "urn:colophon:key:v2").utf8)
        scene.ledger.append(leaf: try bytes.encoded())
        try scene.show()
        let report = try await scene.audit()
        #expect(report.findings.counts == [.newer: 1], "\(report.findings.kept)")
        #expect(report.findings.kept.first?.detail.contains("urn:colophon:key:v2") == true)
    }

    /// A predicate that the policy lists, and this version does not know: its signature, its key
    /// and the digest of its manifest are checked; its manifest's form is not.
    @Test func aNewerPredicateIsCheckedAsFarAsItIsKnown() async throws {
        let scene = try AuditScene(entries: 5)
        let type: Text = "urn:colophon:provenance:v2"
        var settings = scene.ledger.registry.policy.settings
        settings.predicateTypes.append(type)
        try scene.ledger.apply(settings: settings)
        let manifest = Array(#"{"predicateType":"urn:colophon:provenance:v2"}"#.utf8)
        let leaf = try scene.ledger.leaf {
            $0.set(-65_539, .text(type))
            $0.payload = Hash.sha256(manifest).bytes
        }
        let index = scene.ledger.append(leaf: leaf)
        scene.ledger.manifests[index] = manifest
        try scene.show()
        let report = try await scene.audit()
        #expect(report.findings.counts == [.newer: 1], "\(report.findings.kept)")
        // Another manifest than the signed one is a violation in each version.
        scene.ledger.manifests[index] = Array("another".utf8)
        let other = try AuditScene(entries: 5)
        other.ledger = scene.ledger
        try other.show()
        #expect(try await other.audit(try scene.ledger.kit()).rules == [.manifest, .newer])
    }
}
