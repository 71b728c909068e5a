import Cards
import Crypto
import Encoding
import Foundation
import Provenance
import TestSupport
import Testing

/// The page and its policy.
@Suite struct CardPageTests {
    /// A browser hashes what stands between the tags.
    @Test func thePolicyPermitsTheSheetOfThePageAndNothingElse() throws {
        var scene = try CardScene()
        let page = CardPage(try scene.view(scene.work("photo"))).page
        let sheet = try #require(page.firstMatch(of: #/<style>((?s:.*?))<\/style>/#)?.1)
        let digest = Data(SHA256.hash(data: Data(sheet.utf8))).base64EncodedString()
        #expect(
            page.contains(
                "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; "
                    + "form-action 'none'"))
        for word in ["<script", "http:", "url(", "@import", " style=", "<link", "<img"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    /// Contrast of text and paper, light and dark, by the formula of WCAG 2.2.
    @Test func everyColourOfTextCanBeReadOnItsPaper() throws {
        let blocks = PageStyle.sheet.components(separatedBy: ":root {").dropFirst()
        #expect(blocks.count == 3)
        for block in blocks {
            func colour(_ name: String) throws -> Double {
                let after = try #require(
                    block.components(separatedBy: "--\(name): #").dropFirst().first)
                var digits = String(after.prefix { $0.isHexDigit })
                if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
                let value = try #require(UInt32(digits, radix: 16))
                let parts = [16, 8, 0].map { shift -> Double in
                    let part = Double(value >> UInt32(shift) & 0xFF) / 255
                    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
                }
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
            }
            for (ink, paper) in [
                ("ink", "paper"), ("soft", "paper"), ("alarm", "paper"), ("ink", "mark"),
            ] {
                let (one, two) = (try colour(ink), try colour(paper))
                let contrast = (max(one, two) + 0.05) / (min(one, two) + 0.05)
                #expect(contrast >= 4.5, "\(ink) on \(paper): \(contrast)")
            }
        }
    }

    /// Marks are letters with a name, so that nothing depends on colour.
    @Test func everyMarkHasAName() throws {
        var scene = try CardScene()
        let page = CardPage(try scene.view(scene.work("photo"))).page
        let marks = page.matches(of: #/<span class="mark" role="img" aria-label="([^"]+)">\[/#)
        #expect(marks.count > 20 && marks.allSatisfy { !$0.1.isEmpty })
    }

    /// Whoever signs decides how long a text is; a page that a server makes ends somewhere.
    @Test func whatHasNoRoomIsCountedAndSaid() throws {
        var scene = try CardScene()
        let limit = PageLimit(value: 40, facts: 4_000, text: 3_000, history: 5_000)
        let long = String(repeating: "\"", count: 900)
        let text = String(repeating: "& ", count: 9_000)
        var records = [try scene.work("0", title: Text(long), text: Text(text))]
        for number in 1..<20 {
            records.append(
                try scene.work(
                    "\(number)", event: "edit", title: Text(long),
                    from: [CardScene.parent(records[number - 1])]))
        }
        let history = try scene.history(records)
        let view = try scene.view(records[0], history: history)
        let page = CardPage(view, upTo: limit).content
        #expect(page.utf8.count < 24_000)
        // The title and the text, in the facts and in the signed text.
        #expect(page.components(separatedBy: "the rest of this has no room here").count == 5)
        #expect(page.contains(#/[0-9]+ more entries were read, and have no room here/#))
        let tree = HistoryPage(history, upTo: limit).tree
        #expect(!tree.contains(String(repeating: "&quot;", count: 41)))
        #expect(tree.contains(String(repeating: "&quot;", count: 40) + "</bdi>\u{2026}"))
        for element in ["section", "dl", "ol", "li", "div", "p", "pre", "details"] {
            let ends = page.components(separatedBy: "</\(element)>").count
            #expect(page.matches(of: try Regex("<\(element)[ >]")).count == ends - 1, "\(element)")
        }
        // A file of one's own shows all of it.
        let whole = CardPage(view).content
        #expect(!whole.contains("no room") && whole.utf8.count > 100_000)
    }

    /// One paragraph of 7 KiB, and many, leave the facts behind them on the page.
    @Test(arguments: [
        ShownText(String(repeating: "all that is water turns, ", count: 290)),
        ShownText(String(repeating: "The river turns.\n\n", count: 400)),
        ShownText(String(repeating: "\u{202E}", count: 65_000)),
        ShownText(String(repeating: "\u{1F469}\u{200D}", count: 30_000)),
        ShownText(String(repeating: "\n", count: 60_000) + "end"),
        ShownText("a" + String(repeating: " ", count: 60_000) + "b"),
        ShownText(String(repeating: "潮", count: 50_000)),
        ShownText(String(repeating: "&<", count: 30_000)),
    ])
    func aLongTextHidesNoOtherFact(text: ShownText) throws {
        var scene = try CardScene()
        let first = try scene.work("photo")
        let record = try scene.copy(
            "print", text: Text(text.string), from: [CardScene.parent(first)],
            [("actions", ["c2pa.cropped"])])
        let limit = PageLimit(value: 200, facts: 7 * 1024, text: 5 * 1024, history: 11 * 1024)
        let page = CardPage(try scene.view(record), upTo: limit).content
        for label in [
            "Text", "Edition", "Drop", "Made from", "Actions", "Files", "SHA-256", "Type",
        ] {
            #expect(page.contains("<dt>\(label)</dt>"), "\(label)")
            #expect(page.contains("\n[S] \(label)"), "\(label)")
        }
        #expect(page.contains("<bdi>copy 7 of 50</bdi>") && page.contains("c2pa.cropped</bdi>"))
        let facts = try #require(page.firstMatch(of: #/<dt>Text(?s:.*?)</div>/#)?.0)
        #expect(
            facts.contains("more lines stand in the record, and have no room here")
                || facts.contains("the rest of this has no room here"))
        #expect(page.contains("<span lang=\"en\">the rest of this has no room here"))
        #expect(page.utf8.count < Self.mostBytes)
        // A program that shows all of it has all of it.
        #expect(!CardPage(try scene.view(record)).content.contains("no room here"))
    }

    /// As many facts as a manifest can have, each as long as it can be.
    @Test func everyFactIsShownHoweverManyThereAre() throws {
        var scene = try CardScene()
        let first = try scene.work("photo")
        let long = JSON.string(Text(String(repeating: "<", count: 255)))
        let line = Text(String(repeating: "\u{202E}", count: 1_000))
        let hash: JSON = ["alg": long, "value": .string(line), "quality": 1, "profile": long]
        let record = try scene.copy(
            "print", title: line, text: Text(String(repeating: "w ", count: 9_000)),
            from: Array(repeating: CardScene.parent(first), count: 20),
            [
                ("creator", ["name": long, "id": long]),
                ("milestone", "urn:example:milestone"),
                ("actions", .array((0..<20).map { .string(Text("com.example.action\($0)")) })),
                ("inventory", ["system": long, "ref": long]),
                ("perceptualHashes", .array(Array(repeating: hash, count: 20))),
                ("seen", ["checkpoint": .string(Text(String(repeating: "c", count: 60_000)))]),
                ("ext", ["example": true]),
            ])
        let limit = PageLimit(value: 200, facts: 7 * 1024, text: 5 * 1024, history: 11 * 1024)
        let page = CardPage(try scene.view(record), upTo: limit).content
        for label in [
            "Title", "Creator", "Event", "Captured", "PoP", "Language", "Text", "Edition", "Drop",
            "Milestone", "Made from", "Actions", "Inventory", "Fingerprint", "Seen", "Files",
            "SHA-256", "Extension", "Type",
        ] { #expect(page.contains("<dt>\(label)</dt>"), "\(label)") }
        #expect(page.contains("<bdi>copy 7 of 50</bdi>"))
        #expect(page.utf8.count < Self.mostBytes)
    }

    /// The limits of a card's parts, which are 23 KiB, and its other parts.
    private static let mostBytes = 32 * 1024

    /// A step that is in the log has a page, a record and a proof on its ledger's site.
    @Test func eachStepLeadsToItsPageItsRecordAndItsProof() throws {
        var scene = try CardScene()
        let capture = try scene.work("photo")
        let edit = try scene.work("edit", event: "edit", from: [CardScene.parent(capture)])
        let history = try scene.history([capture, edit])
        let tree = HistoryPage(history, links: HistoryLinks(root: "../")).tree
        let path = "../entries/\(edit.statement.id)"
        for link in [
            "<a href=\"\(path)\">its page</a>",
            "<a href=\"\(path)/transparent\" download=\"\(edit.statement.id).colophon\">",
            "<a href=\"\(path)/tlog-proof\" download=\"\(edit.statement.id).tlog-proof\">",
        ] { #expect(tree.contains(link), "\(link)") }
        // The page is that of the first already, and a file of one's own has no links.
        #expect(!tree.contains("entries/\(capture.statement.id)"))
        #expect(!HistoryPage(history).page.contains("<a "))
    }
}
