import Encoding
import Foundation
import Manifests
import Provenance
import Testing

/// What holds the page that verifies in a browser to the program; `Tools/browser` runs it.
@Suite struct VerifyPageTests {
    /// The most lines of code that the second verifier may have; `verify-page.md` says where they
    /// go, and how they are counted.
    private static let verifierLines = 1_500

    /// The most lines of code of all scripts of the page: what shows reports judges nothing, and
    /// has a limit so that it stays a page that one person can read.
    private static let scriptLines = 2_180

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
        let patterns = try VerifyPage.json(of: "checks.json")["patterns"]?["texts"]
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

    /// A row that names a test, a refusal or a list that is not there would end the page's script.
    @Test func eachCheckOfThePageNamesWhatIsThere() throws {
        let refusals = try VerifyPage.json(of: "rules.json")["refusals"]
        let script = try VerifyPage.text(of: "bytes.js")
        let lists = try VerifyPage.checks()
        for (name, row) in VerifyPage.rows(of: lists) {
            let test = try #require(row[1].text).string.trimmingPrefix(#/[?!]/#)
            #expect(script.contains("\n  \(test): ("), "\(name): \(test)")
            let inner = test == "where" ? row[2].array?.dropFirst().map(\.text) : [row[2].text]
            if ["where", "all"].contains(test) {
                for list in try #require(inner) { #expect(lists[try #require(list)] != nil) }
            } else if test != "uri" {
                let refusal = try #require(row[3].text)
                #expect(refusals?[refusal] != nil, "\(name): \(refusal)")
            }
        }
    }

    /// A refusal that no row and no line can give says nothing of the program.
    @Test func eachRefusalOfThePageIsGivenSomewhere() throws {
        let rules = try VerifyPage.json(of: "rules.json")
        let scripts = try (VerifyPage.verifier.map { "\($0).js" } + ["checks.json"])
            .map(VerifyPage.text).joined()
        let lists = try VerifyPage.checks()
        let given = Set(VerifyPage.rows(of: lists).compactMap { $0.row.dropFirst(3).first?.text })
        let names = rules["refusals"]?.object?.members.map(\.name) ?? []
        for name in names where !given.contains(name) {
            let last = name.string.split(separator: ".").last ?? ""
            let isGiven = [name.string, String(last)].contains { scripts.contains("\"\($0)\"") }
            #expect(isGiven || scripts.contains("}.\(last)`"), "\(name)")
        }
    }

    /// Another name of a type in a table would let pass what the program refuses.
    @Test func theTypesOfThePageAreThoseOfTheProgram() throws {
        let checks = try VerifyPage.json(of: "checks.json")
        let types = Set(checks["types"]?.object?.members.compactMap(\.value.text) ?? [])
        let known = Set(PredicateType.control + PredicateType.defaults + [PredicateType.postmortem])
        #expect(types == known.filter(PredicateType.isOurs))
        for type in types { #expect(checks["checks"]?[type] != nil, "\(type)") }
        let text = try VerifyPage.text(of: "checks.json")
        for name in text.matches(of: #/urn:colophon:[\w-]+:v\d+/#) {
            #expect(types.contains(Text(String(name.output))), "\(name.output)")
        }
    }

    /// An action that the page took for another change would make it say more, or less, of a
    /// parent than the program does.
    @Test func eachActionExplainsInThePageWhatItDoesInTheProgram() throws {
        let rows = try VerifyPage.changes()
        let listed = rows.flatMap { $0.actions ?? [] }
        #expect(Set(listed).count == listed.count)
        #expect(Set(listed).isSubset(of: StatedChange.knownActions))
        // The first row is of what is in none, the last of what says nothing of what is seen.
        #expect(rows.map { $0.actions == nil } == [true, false, false, false, false, false])
        for action in StatedChange.knownActions + ["c2pa.unheard", "com.example.saved"] {
            let row = rows.last { $0.actions?.contains(action) ?? false } ?? rows[0]
            let stated = StatedChange([action])
            let limit = stated == nil ? LikenessBand.limit : stated?.largestDistance
            #expect(row.limit == limit ?? PDQHash.bitCount, "\(action)")
            let name = stated.flatMap { $0 == .anything ? nil : "stated\("\($0)".capitalized)" }
            #expect(row.phrase == name ?? "", "\(action)")
        }
        let phrases = try VerifyPage.json(of: "phrases.json")
        for row in rows where row.phrase != "" { #expect(phrases[Text(row.phrase)] != nil) }
    }

    /// Of several actions the one counts that changes most: in the page the row that stands first.
    @Test func theRowsOfThePageStandByHowMuchIsChanged() throws {
        let rows = try VerifyPage.changes()
        let stated = rows.map { StatedChange([$0.actions?.first ?? "c2pa.unheard"]) }
        #expect(stated == StatedChange.allCases.sorted(by: >) + [nil])
    }

    @Test func theSizeOfTheRulesStandsInTheDocument() throws {
        let rules = try VerifyPage.json(of: "rules.json")
        let checks = VerifyPage.rows(of: try VerifyPage.checks()).count
        let refusals = try #require(rules["refusals"]?.object).members.count
        let findings = try #require(rules["findings"]?.object).members.count
        let test = #/\n  \w+: \((?:value|text)\b/#
        let tests = try VerifyPage.text(of: "bytes.js").matches(of: test).count
        let document = try VerifyPage.document().split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let words = "\(checks) checks, \(refusals) refusals and \(findings) findings"
        #expect(document.contains(words), "\(words)")
        #expect(document.contains("one of \(tests) tests"), "\(tests) tests")
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

    @Test(arguments: ["checks.json", "rules.json", "phrases.json", "shapes.json"])
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
