import Encoding
import Studio
import Testing

/// What a template of a hot folder may say.
@Suite struct WatchTemplateTests {
    private let issuer: Text = "https://pops.example/berlin"

    @Test func aMemberThatNoTemplateHasIsNamed() {
        #expect(throws: WatchTemplateError.unknown("titel")) {
            try WatchTemplate(["creator": "Ana", "titel": "Estuary"])
        }
    }

    /// The signer fills these in, so no template may.
    @Test(arguments: ["nonce", "pop", "card", "seen", "edition", "perceptualHashes"] as [Text])
    func whatTheSignerFillsInIsUnknown(name: Text) {
        #expect(throws: WatchTemplateError.unknown(name)) {
            try WatchTemplate(["creator": "Ana", name: "x"])
        }
    }

    @Test(arguments: ["creator", "title", "record", "lang", "event"] as [Text])
    func aMemberOfAnotherFormIsNamed(name: Text) {
        #expect(throws: WatchTemplateError.mustBe(name, "a text")) {
            try WatchTemplate([name: 7])
        }
    }

    @Test(arguments: [
        ("{titel}", "titel"), ("{", ""), ("x {name", "name"), ("{serial}", "serial"),
    ])
    func bracesAroundNothingThatIsFilledInAreNamed(text: String, field: String) {
        #expect(throws: WatchTemplateError.unknownField(Text(field), in: "title")) {
            try WatchTemplate(["title": .string(Text(text))])
        }
    }

    @Test func aDropNeedsTotalAndSerial() {
        #expect(throws: WatchTemplateError.missing("total", with: ["drop", "total", "serial"])) {
            try WatchTemplate(["drop": "https://drops.example/estuary"])
        }
    }

    @Test(arguments: ["estuary", "{serial}-{serial}"] as [Text])
    func aSerialStandsInANameOnce(pattern: Text) {
        #expect(throws: WatchTemplateError.self) {
            try WatchTemplate(
                ["drop": "https://drops.example/e", "total": 5, "serial": .string(pattern)])
        }
    }

    @Test func withoutACreatorNoFileCanBeSigned() throws {
        let template = try WatchTemplate(["title": "Estuary"])
        #expect(throws: WatchTemplateError.refused(.notSigned(.creatorMissing))) {
            try template.check(issuer: issuer)
        }
    }

    /// What the schema refuses is told before a file is dropped.
    @Test func aTemplateThatBreaksTheSchemaIsRefusedAtTheStart() throws {
        let template = try WatchTemplate(["creator": "Ana", "event": "party"])
        #expect(throws: WatchTemplateError.self) { try template.check(issuer: issuer) }
        try WatchTemplate(["creator": "Ana", "event": "issue"]).check(issuer: issuer)
    }

    @Test(
        arguments: [
            ("estuary-07.tif", 7), ("estuary-50", 50), ("estuary-51.tif", nil),
            ("estuary-0.tif", nil),
            ("estuary-.tif", nil), ("estuary-7 (1).tif", nil), ("my estuary-7.tif", nil),
            ("estuary-99999999999999999999.tif", nil),
        ] as [(Text, Int64?)])
    func theWholeNameDecidesOnTheSerial(name: Text, serial: Int64?) throws {
        let template = try WatchTemplate(
            [
                "creator": "Ana", "drop": "https://drops.example/e", "total": 50,
                "serial": "estuary-{serial}",
            ])
        let draft = try? template.draft(for: name)
        #expect(draft?.edition?.serial == serial)
    }

    @Test(
        arguments: [
            ("photo.jpg", "photo"), ("a.b.c", "a.b"), ("noending", "noending"), (".x", ".x"),
        ] as [(Text, Text)])
    func theNameIsWhatStandsBeforeTheLastDot(file: Text, name: Text) throws {
        let template = try WatchTemplate(["creator": "Ana"])
        #expect(try template.draft(for: file).record?.title == name)
    }
}
