import Cards
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// The card as text.
@Suite struct CardTextTests {
    private var scene: CardScene

    init() throws { scene = try CardScene() }

    /// What was signed stands in the card letter by letter, in its place.
    @Test mutating func theSignedTextStandsInTheCardAsItWasSigned() throws {
        let record = try scene.work("photo", text: "Low tide.\n\nThe river turns.")
        let view = try scene.view(record, of: "photo")
        let signed = try #require(view.signed)
        let text = CardText(view).text
        #expect(text.contains("---\n\(signed.text)---"))
        #expect(signed.digest == .sha256(Array(signed.text.utf8)))
        #expect(text.contains("[P] Card digest \(signed.digest)\n"))
        #expect(signed.isNamedByManifest)
        #expect(text.contains("the signed manifest has this SHA-256 of the text"))
    }

    @Test(arguments: CardLanguage.allCases)
    mutating func everyLineHasItsMarkAndAtMost80Columns(language: CardLanguage) throws {
        let first = try scene.copy("photo")
        let second = try scene.work("edit", event: "edit", from: [CardScene.parent(first)])
        let history = try scene.history([second, first])
        for (record, checked) in [(first, true), (first, false), (second, true)] {
            let view = try scene.view(record, checked: checked, history: history)
            expectLaidOut(CardText(view, in: language).text, language)
        }
        expectLaidOut(HistoryText(history, in: language).text, language)
    }

    /// The same record and kit give the same bytes, whenever and wherever.
    @Test mutating func theCardOfARecordIsAlwaysTheSame() throws {
        let record = try scene.work("photo")
        let one = CardText(try scene.view(record, of: "photo")).text
        var other = try CardScene()
        let again = try other.work("photo")
        #expect(CardText(try other.view(again, of: "photo")).text == one)
        #expect(one.hasPrefix("PROVENANCE CARD\n[P] proven here  [S] stated by the signer"))
    }

    @Test mutating func whatIsProvenSaysSo() throws {
        let record = try scene.work("photo")
        let text = CardText(try scene.view(record, of: "photo")).text
        for line in [
            "[P] Verdict     verified: logged\n",
            "[P] File        is the very file that the record names: SHA-256\n",
            "[P] Manifest    is the one that was signed\n",
            "[P] Signer      signed by https://pops.example/berlin\n",
            "[P] Key         valid for this entry, and not revoked as of tree size",
            "[P] Ledger      entry 4 of ledger.example/prints, logged by 2025-10-09",
            "[?] Witnesses   this trust kit asks for no witnesses\n",
            "[?] Whether the work shows the truth.\n",
        ] {
            #expect(text.contains(line), "\(line)\n\(text)")
        }
    }

    /// Without a kit nothing is checked, and the card says that before anything else.
    @Test mutating func withoutAKitNothingSeemsProven() throws {
        let record = try scene.work("photo")
        let text = CardText(try scene.view(record, checked: false)).text
        #expect(text.contains("[?] Checked     nothing: no trust kit was named"))
        #expect(text.contains("[?] Receipt     ledger.example/prints, tree size 5, entry 4"))
        #expect(!text.contains("signed by") && !text.contains("verified"))
        #expect(text.contains("[?] Whether anything above holds: nothing was checked."))
    }

    @Test mutating func anotherFileIsNamedFirst() throws {
        let record = try scene.work("photo")
        for checked in [true, false] {
            let text = CardText(try scene.view(record, of: "other", checked: checked)).text
            #expect(text.contains("[P] File        NOT THE SAME FILE as the record describes"))
        }
        let text = CardText(try scene.view(record, of: "other")).text
        #expect(text.contains("[P] Verdict     NOT THE SAME FILE as the record describes"))
    }

    @Test mutating func anAlteredManifestIsNotShown() throws {
        var record = try scene.work("photo")
        record.manifest = try scene.work("forged").manifest
        let view = try scene.view(record)
        let text = CardText(view).text
        #expect(view.signed == nil && !text.contains("forged"))
        #expect(text.contains("[P] Manifest    FALSE: is not the one that was signed\n"))
        #expect(text.contains("FALSE, do not believe it"))
    }

    /// A translation says that it is one, and shows the digest of what was signed.
    @Test(arguments: [CardLanguage.german, .french])
    mutating func aTranslationIsMarkedAndKeepsTheSignedDigest(language: CardLanguage) throws {
        let record = try scene.work("photo", title: "Ebbe")
        let view = try scene.view(record)
        let signed = try #require(view.signed)
        let text = CardText(view, in: language).text
        #expect(text.contains(language.table.words[.translation] ?? "-"))
        #expect(text.contains("\(signed.digest)") && text.contains("Ebbe"))
        #expect(!text.contains("what the signer states") && !text.contains("Creator"))
        #expect(CardPage(view, in: language).page.contains("lang=\"\(language.rawValue)\""))
    }

    @Test mutating func aTranslationChangesNoWordOfTheSigner() throws {
        let record = try scene.work(
            "photo", title: "copy 3 of 5", text: "and 3 more",
            [("actions", ["c2pa.cropped", "com.example.capture"])])
        let text = CardText(try scene.view(record), in: .german).text
        #expect(text.contains("[S] Titel       copy 3 of 5\n"))
        #expect(text.contains("[S] Text        and 3 more\n"))
        #expect(text.contains("[S] Ereignis    Aufnahme\n"))
        #expect(text.contains("com.example.capture"))
    }
}

/// Checks that each line bears a mark, is a heading or a rule, and has at most 80 columns.
func expectLaidOut(
    _ text: String, _ language: CardLanguage, sourceLocation: SourceLocation = #_sourceLocation
) {
    let table = language.table
    let headings = [CardWord.card, .history, .legend, .translation].map { table.words[$0] ?? "" }
    let marks = CardOrigin.allCases.map { String($0.mark.dropLast()) }
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        .map { String(decoding: $0, as: UTF8.self) }
    #expect(text.utf8.last == 0x0A && lines.count > 5, sourceLocation: sourceLocation)
    for line in lines {
        let isOurs = headings.contains(line) || line.hasPrefix("---")
        let isMarked = marks.contains { line.hasPrefix($0) }
        #expect(isOurs || isMarked, "\(line)", sourceLocation: sourceLocation)
        #expect(CardWriter.columns(of: line) <= 80, "\(line)", sourceLocation: sourceLocation)
        #expect(SafeText.line(line) == line, "\(line)", sourceLocation: sourceLocation)
    }
}
