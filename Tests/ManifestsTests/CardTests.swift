import Encoding
import Foundation
import Manifests
import Merkle
import Testing

@Suite struct CardTests {
    private static let names = Result {
        try ManifestFiles.names(in: golden).filter { $0.hasSuffix(".json") }
            .map { String($0.dropLast(5)) }
    }
    private static let golden = "Tests/ManifestsTests/Golden"

    /// Template 1 is frozen: cards with its digests are out in the world.
    @Test func theCardsOfTemplate1NeverChange() throws {
        let names = try Self.names.get()
        #expect(names.count >= 12)
        for name in names {
            let manifest = try Manifest(try ManifestFiles.bytes("\(Self.golden)/\(name).json"))
            let expected = try ManifestFiles.bytes("\(Self.golden)/\(name).txt")
            #expect(Array(Card.text(of: manifest).utf8) == expected, "\(name)")
            #expect(Card.digest(of: manifest) == .sha256(expected), "\(name)")
        }
    }

    /// What template 1 does not know is shown, and the card says that it is another one.
    @Test func aHandoverOfAStolenKeyHasACardOfTemplate2() throws {
        let old = try ManifestFiles.bytes("\(Self.golden)/log-key.json")
        let text = String(decoding: old, as: UTF8.self)
        let new = text.replacing("1000", with: "1000,\n  \"suspectFrom\": 900")
        let first = Card.text(of: try Manifest(old))
        let second = Card.text(of: try Manifest(Array(new.utf8)))
        let expected = first.replacing("CARD 1", with: "CARD 2").replacing(
            "Last size   1000\n",
            with: "Last size   1000\n[S] Suspect     heads from size 900\n")
        #expect(second == expected)
    }

    @Test func everyLineIsAClaimOfAtMost80Columns() throws {
        for example in try ManifestCase.all() where example.verdict == "admitted" {
            let text = Card.text(of: try Manifest(example.bytes))
            #expect(text.hasSuffix("\n"))
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let isFit =
                    line.hasPrefix("[S]") && line.unicodeScalars.count <= 80 && line.last != " "
                #expect(isFit, "\(example.testDescription): \(line)")
            }
        }
    }

    /// One of each kind: C0, DEL, C1, bidirectional, zero-width, separators, tags, selectors.
    @Test(
        arguments: [
            0x01, 0x07, 0x08, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x061C, 0x115F,
            0x200B,
            0x200D, 0x200E, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0x3164, 0xFE0F,
            0xFEFF, 0xFFF9, 0xFFA0, 0xE0041, 0xE0100,
        ] as [UInt32])
    func whatActsOrHidesIsSpelledOut(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let card = try card(title: "a\(scalar)b")
        let digits = String(value, radix: 16, uppercase: true)
        let spelled = "<U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)>"
        #expect(card.contains("a\(spelled)b\n"))
        #expect(card.unicodeScalars.count { $0 == scalar } == (value == 0x0A ? lines(card) : 0))
    }

    @Test func aTitleCannotForgeALine() throws {
        let card = try card(title: "x\n[P] Record intact: yes\n[S] Creator     Somebody Else")
        #expect(!card.contains("\n[P]"))
        #expect(card.split(separator: "\n").filter { $0.hasPrefix("[S] Creator ") }.count == 1)
    }

    @Test func paragraphsOfTheTextStayInTheirColumn() throws {
        let card = try card(title: "t", text: "one\n[P] proven\n\ntwo")
        #expect(
            card.contains(
                "[S] Text        one\n[S]             [P] proven\n[S]\n[S]             two\n"))
    }

    @Test func wideCharactersTakeTwoColumns() throws {
        let card = try card(title: String(repeating: "字", count: 33))
        #expect(card.contains("[S] Title       \(String(repeating: "字", count: 32))\n"))
        #expect(card.contains("[S]             字\n"))
    }

    @Test func aWordLongerThanALineIsBrokenAndOthersAreNot() throws {
        let word = String(repeating: "w", count: 60)
        let card = try card(title: "\(word) \(word)  \(word)\(word)")
        #expect(card.contains("[S] Title       \(word)\n[S]             \(word)\n"))
        #expect(card.contains("[S]             \(word)wwww\n[S]             \(word.dropLast(4))\n"))
    }

    @Test func theCardDoesNotDependOnTheMemberCard() throws {
        let manifest = try Manifest.provenance(
            of: [ManifestTests.photo], ManifestTests.facts, nonce: ManifestTests.nonce)
        var predicate = manifest.predicate
        predicate["card"] = nil
        let bare = try Manifest.make(
            subjects: manifest.subjects, predicateType: manifest.predicateType, predicate: predicate
        )
        #expect(Card.text(of: bare) == Card.text(of: manifest))
        let sha256 = manifest.predicate["card"]?["sha256"]?.text
        #expect(sha256 == Text(Card.digest(of: manifest).description))
    }

    @Test func aCardOfAnotherTextIsRefused() throws {
        let manifest = try Manifest.provenance(
            of: [ManifestTests.photo], ManifestTests.facts, nonce: ManifestTests.nonce)
        let other = String(decoding: manifest.bytes, as: UTF8.self)
            .replacing("Estuary No. 4", with: "Estuary No. 5")
        let refusal = #expect(throws: Refusal.self) { try Manifest(Array(other.utf8)) }
        #expect(refusal?.reason == .mismatch)
        #expect(refusal?.field == "predicate.card.sha256")
    }

    @Test func aTemplateThatIsNotKnownIsNotJudged() throws {
        var facts = ManifestTests.facts
        facts["nonce"] = .string(Text(Hex.encode(ManifestTests.nonce)))
        facts["card"] = ["template": 2, "sha256": .string(Text(Hash.sha256([]).description))]
        let manifest = try Manifest.make(
            subjects: [ManifestTests.photo], predicateType: PredicateType.provenance,
            predicate: facts)
        #expect(manifest.predicate["card"]?["template"] == 2)
    }

    @Test func longListsAreCounted() throws {
        var facts = ManifestTests.facts
        facts["actions"] = .array((0..<11).map { .string(Text("c2pa.action\($0)")) })
        let manifest = try Manifest.provenance(
            of: [ManifestTests.photo], facts, nonce: ManifestTests.nonce)
        let card = Card.text(of: manifest)
        #expect(card.contains("c2pa.action7\n[S]             and 3 more\n"))
        #expect(!card.contains("c2pa.action8"))
    }

    private func card(title: String, text: String? = nil) throws -> String {
        var facts = ManifestTests.facts
        var record: JSON.Object = ["lang": "en", "title": .string(Text(title))]
        record["text"] = text.map { .string(Text($0)) }
        facts["record"] = .object(record)
        return Card.text(
            of: try Manifest.provenance(
                of: [ManifestTests.photo], facts, nonce: ManifestTests.nonce))
    }

    private func lines(_ card: String) -> Int {
        card.utf8.count { $0 == 0x0A }
    }
}
