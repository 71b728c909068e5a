import Cards
import Encoding
import Foundation
import Manifests
import Provenance
import TestLog
import TestSupport
import Testing

/// Text from manifests alters no terminal, no page, no layout, in none of the three forms.
@Suite struct HostileTextTests {
    /// Titles: controls, bidirectional and invisible characters, markup, marks of ours.
    private static let titles: [ShownText] = [
        "\u{1B}[2J\u{1B}]0;x\u{07}", "a\u{202E}gpj.exe", "\u{200B}\u{200D}\u{FEFF}",
        "\u{2800}\u{2800}\u{2800}", "</title></style><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>", "x\n[P] Verdict     verified", "&lt;b&gt;",
        "<!--", "]]>", "]0\u{9B}31m", "\u{E0041}\u{FE0F}\u{115F}", "%1 %2 %3", "\r\n\r\n",
        ShownText(String(repeating: "\u{2800}", count: 1_000)),
        ShownText(String(repeating: "e\u{301}\u{302}", count: 300)),
        ShownText(String(repeating: "\u{202E}", count: 1_024)),
        ShownText(String(repeating: "[P] ", count: 256)),
    ]

    private static let word = Text(String(repeating: "w", count: 65_000))

    private func views(_ title: ShownText) throws -> [CardView] {
        var scene = try CardScene()
        let text = Text(title.string)
        let first = try scene.work(
            "photo", title: text, text: text,
            [("creator", ["name": text.scalarCount > 255 ? "A" : .string(text)])])
        let second = try scene.work(
            "edit", event: "withdraw", title: text, from: [CardScene.parent(first)])
        let history = try scene.history([first, second])
        return [
            try scene.view(first, history: history), try scene.view(second, checked: false),
        ]
    }

    @Test(arguments: HostileTextTests.titles, CardLanguage.allCases)
    func noTextAltersTheText(title: ShownText, language: CardLanguage) throws {
        for view in try views(title) {
            expectLaidOut(CardText(view, in: language).text, language)
            expectLaidOut(HistoryText(view.history, in: language).text, language)
        }
    }

    /// A line of ours that a title imitates would begin with its label.
    @Test(arguments: HostileTextTests.titles)
    func noTextForgesALineOfOurs(title: ShownText) throws {
        for view in try views(title) {
            let lines = CardText(view).text.split(separator: "\n")
            let verdicts = lines.filter { $0.hasPrefix("[P] Verdict ") }.count
            #expect(verdicts <= 1)
            #expect(lines.filter { $0.hasPrefix("[S] Creator ") }.count == 1)
            #expect(lines.filter { $0.hasPrefix("--- ") }.count == 5)
        }
    }

    @Test(arguments: HostileTextTests.titles, CardLanguage.allCases)
    func noTextAltersThePage(title: ShownText, language: CardLanguage) throws {
        for view in try views(title) {
            expectSafe(CardPage(view, in: language).page)
            expectSafe(HistoryPage(view.history, in: language).page)
        }
    }

    @Test(arguments: HostileTextTests.titles)
    func noTextAltersTheObject(title: ShownText) throws {
        for view in try views(title) {
            let json = JSON.object(CardJSON(view).object)
            let printed = SafeText.json(json)
            #expect(!printed.contains("\n"))
            #expect(try JSON.decode(Array(printed.utf8)) == json)
            #expect(SafeText.line(printed) == printed)
            // Programs get the title as it was signed.
            #expect(json["title"]?.text == Text(title.string))
        }
    }

    /// 64 KiB of one word, which is as long as a text may be.
    @Test func oneLongWordStaysInItsColumn() throws {
        var scene = try CardScene()
        let record = try scene.work("photo", text: Self.word)
        let view = try scene.view(record)
        expectLaidOut(CardText(view).text, .english)
        expectLaidOut(CardText(view, in: .french).text, .french)
        expectSafe(CardPage(view).page)
        #expect(CardPage(view).page.contains(Self.word.string))
    }

    /// Checks that a page has the elements and attributes that are ours, and no others.
    private func expectSafe(_ page: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let elements: Set<Substring> = [
            "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "ul", "li",
            "span", "section", "dl", "dt", "dd", "div", "bdi", "strong", "details", "summary",
            "pre", "ol", "!doctype",
        ]
        let attributes: Set<Substring> = [
            "lang", "charset", "http-equiv", "content", "name", "class", "id", "role",
            "aria-label", "aria-labelledby", "aria-current", "tabindex", "html",
        ]
        var depth: [Substring] = []
        for match in page.matches(of: #/<(/?)([^\s>]*)([^>]*)>/#) {
            let (name, isEnd) = (match.2, match.1 == "/")
            #expect(elements.contains(name), "\(name)", sourceLocation: sourceLocation)
            for attribute in match.3.matches(of: #/([^\s="]+)(?:="[^"]*")?/#) {
                #expect(attributes.contains(attribute.1), sourceLocation: sourceLocation)
            }
            guard !["meta", "!doctype"].contains(name) else { continue }
            if isEnd {
                #expect(depth.popLast() == name, sourceLocation: sourceLocation)
            } else {
                depth.append(name)
            }
        }
        #expect(depth == [], sourceLocation: sourceLocation)
        // Outside of its elements it has no bracket, and nothing that nobody sees.
        let text = page.replacing(#/<[^>]*>/#, with: "")
        let sheet = PageStyle.sheet
        #expect(!text.replacing(sheet, with: "").contains("<"), sourceLocation: sourceLocation)
        #expect(SafeText.lines(page) == page, sourceLocation: sourceLocation)
        #expect(page.contains("default-src 'none'"), sourceLocation: sourceLocation)
        #expect(page.components(separatedBy: "<style>").count == 2, sourceLocation: sourceLocation)
    }
}
