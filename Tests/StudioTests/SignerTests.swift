import Encoding
import Keys
import Manifests
import Merkle
import Provenance
import Studio
import Testing

/// What becomes of a draft: a manifest, a thread, a signed record.
@Suite struct SignerTests {
    private static let berlin: Text = "https://pops.example/berlin"
    private static let drop: Text = "https://drops.example/estuary"

    private let key = KeyFile.generate(.ed25519)
    private let work = Artifact(
        name: "photo.jpg", digest: .sha256([1]), mediaType: "image/jpeg", modified: 0)

    private var signer: Signer { Signer(issuer: Self.berlin, key: key) }

    /// A draft with all that is needed and no more.
    private static var draft: ProvenanceDraft {
        var draft = ProvenanceDraft()
        draft.creator = "Ana Example"
        draft.record = RecordText(title: "Estuary")
        return draft
    }

    private func predicate(_ record: SignedRecord) throws -> JSON.Object {
        try Manifest(record.manifest).predicate
    }

    // MARK: - What differs and what does not

    @Test func theSameFreshnessGivesTheSameRecord() throws {
        let fresh = Freshness(
            issuedAt: 1, nonce: Array(repeating: 2, count: 16),
            claimID: Array(repeating: 3, count: 16))
        let records = try (0..<2).map { _ in
            try signer.sign(Self.draft, of: work, thread: "urn:example:a", fresh)
        }
        #expect(records[0].bytes == records[1].bytes)
        #expect(records[0].statement.issuedAt == 1)
        #expect(records[0].statement.claimID == fresh.claimID)
    }

    @Test func noTwoRecordsOfOneWorkAreTheSame() throws {
        let records = try (0..<2).map { _ in
            try signer.sign(Self.draft, of: work, thread: "urn:example:a")
        }
        #expect(records[0].id != records[1].id)
        #expect(records[0].manifest != records[1].manifest)
        #expect(records[0].statement.claimID != records[1].statement.claimID)
    }

    @Test func aRecordIsItsStatementAndItsManifest() throws {
        let record = try signer.sign(Self.draft, of: work)
        let file = try TransparentStatement(record.bytes)
        #expect(file.statement == record.statement)
        #expect(file.manifest == record.manifest)
        #expect(file.statement.issuer == Self.berlin)
        #expect(file.statement.subjectDigests == [work.digest])
    }

    // MARK: - What nobody says

    @Test func whatNobodySaysIsFilledIn() throws {
        let predicate = try predicate(signer.sign(Self.draft, of: work))
        #expect(predicate["event"]?.text == "capture")
        #expect(predicate["pop"]?.text == Self.berlin)
        #expect(predicate["capturedAt"] == nil)
        #expect(predicate["record"]?["lang"]?.text == "en")
    }

    @Test func aDraftWithoutCreatorOrTitleIsRefused() {
        var draft = Self.draft
        draft.creator = nil
        #expect(throws: SignerError.creatorMissing) { try draft.check() }
        draft.usualCreator = "Ana Example"
        draft.record = nil
        #expect(throws: SignerError.titleMissing) { try draft.check() }
        draft.extra["record"] = ["lang": "en", "title": "Estuary"]
        #expect(throws: Never.self) { try draft.check() }
    }

    // MARK: - What is written down beforehand

    @Test func whatIsWrittenDownWinsOverWhatNobodySaid() throws {
        var draft = Self.draft
        draft.creator = nil
        draft.usualCreator = "Usual"
        draft.extra = [
            "event": "publish", "creator": ["name": "Written"],
            "capturedAt": ["at": "2026-10-02T14:10:00Z", "clock": "ntp"],
        ]
        let predicate = try predicate(signer.sign(draft, of: work))
        #expect(predicate["event"]?.text == "publish")
        #expect(predicate["creator"]?["name"]?.text == "Written")
        #expect(predicate["capturedAt"]?["clock"]?.text == "ntp")
    }

    @Test(arguments: ["event", "creator", "capturedAt", "record"] as [Text])
    func whatIsSaidTwiceIsRefused(name: Text) {
        var draft = Self.draft
        draft.event = "capture"
        draft.capturedAt = CaptureTime(at: "2026-10-02T14:10:00+02:00")
        draft.extra[name] = "again"
        #expect(throws: SignerError.givenTwice(name)) { try signer.sign(draft, of: work) }
    }

    @Test(arguments: ["nonce", "pop", "card"] as [Text])
    func whatTheSignerFillsInMustNotBeWrittenDown(name: Text) {
        var draft = Self.draft
        draft.extra[name] = "mine"
        #expect(throws: SignerError.filledIn(name)) { try signer.sign(draft, of: work) }
    }

    // MARK: - Threads

    @Test func aWorkWithParentsIsAnEditInTheirThread() throws {
        let parent = try signer.sign(Self.draft, of: work, thread: "urn:example:parent")
        var draft = Self.draft
        draft.parents = [ParentRecord(parent.statement)]
        let record = try signer.sign(draft, of: work)
        let predicate = try predicate(record)
        #expect(record.statement.subject == "urn:example:parent")
        #expect(predicate["event"]?.text == "edit")
        #expect(predicate["parents"]?.array?.first?["entry"]?.text == Text("\(parent.id)"))
    }

    @Test func aCopyHasTheThreadOfItsNumberAndNoOther() throws {
        var draft = Self.draft
        draft.event = "issue"
        draft.edition = try Edition("7/50", of: Self.drop)
        let record = try signer.sign(draft, of: work)
        #expect(record.statement.subject == Self.drop + "#7")
        #expect(throws: SignerError.threadOfEdition) {
            try signer.sign(draft, of: work, thread: "urn:example:other")
        }
    }

    @Test(arguments: ["", "7", "7/", "/50", "0/50", "51/50", "+7/50", "7/50/1", "7 /50", "٧/50"])
    func whatIsNoNumberOfATotalIsRefused(copy: String) {
        #expect(throws: EditionError.notNumbered) { try Edition(copy, of: Self.drop) }
    }

    @Test func aDropWithTheSeparatorIsRefused() {
        #expect(throws: EditionError.dropHasSeparator) {
            try Edition("7/50", of: Self.drop + "#7")
        }
    }

    // MARK: - Other records

    @Test func aMilestoneIsMeantForOneLedger() throws {
        let members: JSON.Object = [
            "milestone": "https://plans.example/spring", "slice": "berlin",
            "metric": [
                "name": "failed prints", "unit": "percent", "comparator": "<=", "threshold": 2,
            ],
            "observed": ["value": 1], "decision": "promote", "evidence": [],
        ]
        #expect(throws: SignerError.audienceMissing(PredicateType.milestone)) {
            try signer.sign(PredicateType.milestone, members)
        }
        let record = try Signer(issuer: Self.berlin, key: key, audience: "ledger.example/prints")
            .sign(PredicateType.milestone, members)
        #expect(record.statement.audience == "ledger.example/prints")
        #expect(record.statement.predicate == PredicateType.milestone)
    }

    @Test func aControlManifestIsNoPoPsToSign() throws {
        let change = KeyManifest(
            .add, coseKey: Text(key.publicKey.string), issuer: Self.berlin, roles: [.pop],
            notBefore: 0)
        let manifest = try change.manifest(
            origin: "ledger.example/prints", nonce: .random(Limits.nonceBytes))
        #expect(throws: SignerError.isControl) { try signer.sign(finished: manifest.bytes) }
    }

    @Test func aFinishedManifestIsSignedByteForByte() throws {
        let slsa = Array(
            """
            {"_type": "https://in-toto.io/Statement/v1",
             "subject": [{"name": "app", "digest": {"sha256":
               "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}],
             "predicateType": "https://slsa.dev/provenance/v1",
             "predicate": {"buildDefinition": {"buildType": "https://ci.example/build/v1"}}}
            """.utf8)
        #expect(try signer.sign(finished: slsa).manifest == slsa)
        #expect(throws: SignerError.self) { try signer.sign(finished: Array(slsa.dropLast())) }
    }
}
