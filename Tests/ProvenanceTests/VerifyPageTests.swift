import Encoding
import Foundation
import Manifests
import Provenance
import Testing

/// What holds the page that verifies in a browser to the program; `Tools/browser` runs it.
@Suite struct VerifyPageTests {
    /// Lines of code of the second verifier; `verify-page.md` says where they go.
    ///
    /// Only a rule that the program has got, too, may raise it.
    private static let verifierLines = 1_982

    /// Lines of code of all scripts of the page.
    private static let scriptLines = 2_458

    /// Rules of the page's own: what it lacks, and how Swift writes an item of CBOR.
    private static let own: Set<Text> = ["means", "label.hash"]

    /// `COLOPHON_WRITE_PAGE=1` writes the tables, after a phrase or a shape was changed.
    @Test(arguments: [("phrases.json", VerdictPhrase.json), ("shapes.json", ManifestShapes.json)])
    func thePageCarriesTheTablesOfTheProgram(name: String, table: JSON) throws {
        if ProcessInfo.processInfo.environment["COLOPHON_WRITE_PAGE"] == "1" {
            let bytes = table.encoded() + [UInt8(ascii: "\n")]
            try Data(bytes).write(to: VerifyPage.url(of: name))
        }
        #expect(try VerifyPage.json(of: name) == table)
    }

    /// A text that is no pattern's, and no rule of the page's own, would be refused by nothing.
    @Test func eachRuleOfATextIsKnownToThePage() throws {
        let script = try VerifyPage.text(of: "shapes.js")
        let patterns = try VerifyPage.json(of: "rules.json")["patterns"]?["texts"]
        for words in VerifyPage.textRules(in: ManifestShapes.json) {
            let isOwn = script.contains("\"\(words)\"")
            #expect(isOwn || patterns?[words] != nil, "\(words)")
        }
    }

    /// What the page finds it says as the program does, wherever that says it.
    @Test func eachRuleOfThePageStandsInTheProgram() throws {
        let rules = try VerifyPage.json(of: "rules.json")
        let words = try VerifyPage.words()
        var forms: [(name: Text, form: Text)] = []
        for table in ["refusals", "findings"] as [Text] {
            for row in rules[table]?.object?.members ?? [] {
                forms.append((row.name, try #require(row.value.array?.last?.text)))
            }
        }
        for row in rules["words"]?.object?.members ?? [] {
            forms.append((row.name, try #require(row.value.text)))
        }
        for row in rules["card"]?.array ?? [] {
            forms += VerifyPage.texts(in: row).map { ("card", $0) }
        }
        #expect(forms.count > 350)
        for (name, form) in forms where !Self.own.contains(name) {
            for part in VerifyPage.parts(of: form.string) {
                #expect(words.contains(part), "\(name): \(part)")
            }
        }
    }

    @Test func theSecondVerifierStaysSmall() throws {
        let judging = try VerifyPage.verifier.map(VerifyPage.lines).reduce(0, +)
        let showing = try VerifyPage.view.map(VerifyPage.lines).reduce(0, +)
        #expect(judging <= Self.verifierLines, "\(judging) lines")
        #expect(try VerifyPage.document().contains("| all of the verifier | \(judging) |"))
        #expect(judging + showing <= Self.scriptLines, "\(judging + showing) lines")
    }

    @Test(arguments: VerifyPage.verifier + VerifyPage.view)
    func theSizeOfEachScriptStandsInTheDocument(name: String) throws {
        let lines = try VerifyPage.lines(of: name)
        #expect(try VerifyPage.documentedLines()["\(name).js"] == lines, "it has \(lines)")
    }

    /// A saved copy has the scripts between tags; and text enters a document as text only.
    @Test(arguments: VerifyPage.verifier + VerifyPage.view)
    func noScriptEndsItselfOrKeepsOrRunsText(name: String) throws {
        let text = try VerifyPage.text(of: "\(name).js")
        let never = [
            "</", "<!--", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
            "eval(", "Function(", "localStorage", "sessionStorage", "indexedDB", ".cookie",
        ]
        for word in never { #expect(!text.contains(word), "\(word)") }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test(arguments: ["rules.json", "phrases.json", "shapes.json"])
    func noTableEndsItsElement(name: String) throws {
        let text = try VerifyPage.text(of: name)
        #expect(!text.contains("</") && !text.contains("<!--"))
    }

    @Test func aPhraseIsFilledOnceAndWhole() {
        let words = VerdictPhrase.entryOf.with(["origin": "{index}", "index": "7"])
        #expect(words == "entry 7 of {index}")
        #expect(VerdictPhrase.damaged.with([:]) == VerdictPhrase.damaged.words)
    }
}
