import Encoding
import Manifests
import Merkle
import Testing

@Suite struct ManifestTests {
    static let nonce = (0..<16).map { UInt8($0) }
    static let photo = Subject(
        name: "photo.jpg", digest: .sha256(Array("photo".utf8)), mediaType: "image/jpeg")
    static let facts: JSON.Object = [
        "event": "capture",
        "creator": ["name": "Ana Example"],
        "pop": "https://pops.example/berlin",
        "capturedAt": ["at": "2026-10-02T14:10:00+02:00", "clock": "gnss"],
        "record": ["lang": "en", "title": "Estuary No. 4"],
    ]

    @Test func theDigestIsThatOfTheExactBytes() throws {
        let manifest = try Manifest.provenance(of: [Self.photo], Self.facts, nonce: Self.nonce)
        #expect(manifest.digest == .sha256(manifest.bytes))
        let spaced = try Manifest(manifest.bytes + [0x20])
        #expect(spaced.digest != manifest.digest)
        #expect(spaced.predicate == manifest.predicate)
        #expect(spaced.bytes.last == 0x20)
    }

    @Test func aManifestOfOursMayHaveSixtyFourSubjectsAndNotOneMore() throws {
        func manifest(_ count: Int) throws -> Manifest {
            let subjects = (0..<count).map { number in
                Subject(
                    name: Text("f\(number)"), digest: .sha256([UInt8(number)]),
                    mediaType: "image/jpeg")
            }
            return try Manifest.provenance(of: subjects, Self.facts, nonce: Self.nonce)
        }
        #expect(try manifest(64).subjects.count == 64)
        let refusal = #expect(throws: Refusal.self) { try manifest(65) }
        #expect(refusal?.field == "subject")
        #expect(refusal?.rule == "must have 1 to 64 elements")
    }

    @Test func aManifestMayHave256KiBAndNotAByteMore() throws {
        let bare = try Manifest.make(
            subjects: [Self.photo], predicateType: PredicateType.slsaProvenance, predicate: [:])
        let blanks = Array(repeating: UInt8(0x20), count: 256 * 1_024 - bare.bytes.count)
        #expect(try Manifest(bare.bytes + blanks).bytes.count == 262_144)
        let refusal = #expect(throws: Refusal.self) { try Manifest(bare.bytes + blanks + [0x20]) }
        #expect(refusal?.reason == .tooLarge)
        #expect(refusal?.field == "manifest")
        #expect(refusal?.rule == "must be at most 262144 bytes, and is 262145")
    }

    @Test(
        arguments: [
            ("serial", .integer(0), "must be an integer from 1 to total"),
            ("serial", .integer(51), "must be an integer from 1 to total"),
            ("serial", .decimal(7), "must be an integer from 1 to total"),
            ("total", .integer(0), "must be an integer from 1 to 9007199254740991"),
            ("drop", "a#b", "must be 1 to 255 URI characters without \"#\""),
            ("drop", 7, "must be a string"),
        ] as [(Text, JSON, String)])
    func aRefusalNamesTheFieldAndTheRule(member: Text, value: JSON, rule: String) throws {
        var edition: JSON.Object = ["drop": "https://drops.example/x", "serial": 7, "total": 50]
        edition[member] = value
        var facts = Self.facts
        facts["edition"] = .object(edition)
        let refusal = #expect(throws: Refusal.self) {
            try Manifest.provenance(of: [Self.photo], facts, nonce: Self.nonce)
        }
        #expect(refusal?.field == "predicate.edition.\(member)")
        #expect(refusal?.rule == rule)
        #expect(refusal?.description == "predicate.edition.\(member): \(rule)")
    }

    /// Canonically equivalent to "pop": the letter o and a combining mark would be; K is the case.
    @Test func aMemberWhoseNameOnlyLooksRightIsNotThatMember() throws {
        let bytes = try Manifest.provenance(of: [Self.photo], Self.facts, nonce: Self.nonce).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        let changed = text.replacing("\"clock\"", with: "\"cloc\u{212A}\"")
        let refusal = #expect(throws: Refusal.self) { try Manifest(Array(changed.utf8)) }
        #expect(refusal?.field == "predicate.capturedAt.cloc\\u{212a}")
        #expect(refusal?.rule == "is not a member of this object")
    }

    @Test func subjectsWithoutADigestAreLeftOutOfTheDigests() throws {
        let text = """
            {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://x.example/t",
             "subject":[{"digest":{"gitCommit":"ab"}},{"digest":{"sha256":"\(Self.hex)"}}]}
            """
        let manifest = try Manifest(Array(text.utf8))
        #expect(manifest.subjects.map(\.digest) == [nil, Self.photo.digest])
        #expect(manifest.subjectDigests == [Self.photo.digest])
        #expect(manifest.subjects.map(\.name) == ["", ""])
        #expect(manifest.predicate == [:])
    }

    private static let hex = photo.digest?.description ?? ""

    @Test func provenanceFactsAreTheOnesThatWereWritten() throws {
        var members = Self.facts
        members["edition"] = ["drop": "https://drops.example/x", "serial": 7, "total": 50]
        members["parents"] = [["sha256": .string(Text(Self.hex)), "relation": "parentOf"]]
        members["actions"] = ["c2pa.cropped"]
        members["seen"] = ["checkpoint": "x\n1\n"]
        members["nonce"] = "replaced"
        members["card"] = "replaced"
        let manifest = try Manifest.provenance(of: [Self.photo], members, nonce: Self.nonce)
        let facts = try ProvenanceFacts(manifest)
        #expect(facts.nonce == Self.nonce)
        #expect(facts.event == "capture")
        #expect(facts.creator.name == "Ana Example")
        #expect(facts.creator.id == nil)
        #expect(facts.pop == "https://pops.example/berlin")
        #expect(facts.capturedAt?.at == "2026-10-02T14:10:00+02:00")
        #expect(facts.capturedAt?.clock == "gnss")
        #expect(facts.record.title == "Estuary No. 4")
        #expect(facts.edition?.subject == "https://drops.example/x#7")
        #expect(facts.edition?.total == 50)
        #expect(facts.parents.map(\.sha256) == [Self.photo.digest])
        #expect(facts.parents.map(\.entry) == [nil])
        #expect(facts.actions == ["c2pa.cropped"])
        #expect(facts.seenCheckpoint == "x\n1\n")
        #expect(manifest.predicate.members.first?.name == "nonce")
        #expect(manifest.predicate.members.last?.name == "card")
    }

    @Test func factsOfAnotherTypeAreRefused() throws {
        let manifest = try Manifest.make(
            subjects: [Self.photo], predicateType: PredicateType.slsaProvenance, predicate: [:])
        let refusal = #expect(throws: Refusal.self) { try ProvenanceFacts(manifest) }
        #expect(refusal?.reason == .predicate)
    }

    /// The subject of a record is what its type prescribes, and its digest that of the URI.
    @Test func recordsAreAboutTheirMilestoneOrDropOrPoP() throws {
        let pop: Text = "https://pops.example/berlin"
        let window: JSON = ["from": "2026-10-02T08:00:00Z", "to": "2026-10-02T20:00:00Z"]
        let records: [(Text, JSON.Object, Text)] = [
            (
                PredicateType.postmortem,
                [
                    "milestone": "urn:m1", "summary": "s", "timeline": [], "actions": [],
                    "entries": [],
                ], "urn:m1"
            ),
            (
                PredicateType.reconciliation,
                [
                    "drop": "urn:drop", "window": window, "serials": [], "verdict": "balanced",
                    "counts": ["allotted": 1, "sold": 1, "returned": 0, "remaining": 0],
                ], "urn:drop"
            ),
            (
                PredicateType.telemetry,
                ["window": window, "device": [:], "integrity": [:], "business": [:]], pop
            ),
        ]
        for (type, members, name) in records {
            let manifest = try Manifest.record(type, members, issuer: pop, nonce: Self.nonce)
            #expect(manifest.subjects == [Subject(uri: name)])
            #expect(manifest.subjectDigests == [.sha256(name.utf8)])
            #expect(manifest.predicate["nonce"]?.text == Text(Hex.encode(Self.nonce)))
        }
    }

    @Test(
        arguments: [
            ([:], "predicate.slice"), (["slice": "berlin"], "predicate.milestone"),
            (["slice": "berlin", "milestone": "m 1"], "predicate.milestone"),
            (["slice": "berlin", "milestone": 1], "predicate.milestone"),
        ] as [(JSON.Object, String)])
    func aRecordThatIsNotCompleteNamesTheMember(members: JSON.Object, field: String) {
        var complete: JSON.Object = [
            "metric": ["name": "n", "unit": "", "comparator": "<", "threshold": 1],
            "decision": "hold", "evidence": [],
        ]
        for member in members.members { complete[member.name] = member.value }
        if members["slice"] == nil { complete["milestone"] = "urn:m1" }
        let refusal = #expect(throws: Refusal.self) {
            try Manifest.record(
                PredicateType.milestone, complete, issuer: "urn:pop", nonce: Self.nonce)
        }
        #expect(refusal?.field == field)
    }

    @Test func aNonceThatIsNot16BytesIsRefused() {
        let refusal = #expect(throws: Refusal.self) {
            try Manifest.provenance(of: [Self.photo], Self.facts, nonce: [1, 2, 3])
        }
        #expect(refusal?.field == "predicate.nonce")
    }

    @Test func controlTypesAreToldFromTheOthers() {
        let control = [
            PredicateType.policy, PredicateType.key, PredicateType.logKey, PredicateType.erasure,
        ]
        for type in control {
            #expect(PredicateType.isControl(type))
            #expect(!PredicateType.hasArtifact(type))
            #expect(!PredicateType.defaults.contains(type))
        }
        for type in PredicateType.defaults { #expect(!PredicateType.isControl(type)) }
        #expect(PredicateType.hasArtifact(PredicateType.provenance))
        #expect(PredicateType.hasArtifact(PredicateType.slsaProvenance))
        #expect(!PredicateType.hasArtifact(PredicateType.telemetry))
        #expect(!PredicateType.isOurs(PredicateType.slsaProvenance))
    }
}
