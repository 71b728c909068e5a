import Encoding
import Foundation
import Testing

/// The files of the page that verifies in a browser, and the sources whose words it has.
enum VerifyPage {
    /// The scripts that judge, in the order in which the page reads them.
    static let verifier = ["bytes", "card", "keys", "shapes", "records", "kit", "verifier"]

    /// The scripts that show what was judged.
    static let view = ["words", "page"]

    private static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let sources = package.appending(path: "Sources")

    /// Where a file of the page is.
    static func url(of name: String) -> URL {
        sources.appending(path: "Explorer/Verify").appending(path: name)
    }

    static func text(of name: String) throws -> String {
        try String(contentsOf: url(of: name), encoding: .utf8)
    }

    static func json(of name: String) throws -> JSON {
        try JSON.decode(Array(Data(contentsOf: url(of: name))))
    }

    /// The lines of a script that are neither empty nor comment alone.
    static func lines(of name: String) throws -> Int {
        try text(of: "\(name).js").split(separator: "\n").count { line in
            let text = line.drop { $0 == " " }
            return !text.isEmpty && !["//", "/*", "*"].contains { text.hasPrefix($0) }
        }
    }

    /// The document about the page.
    static func document() throws -> String {
        try String(
            contentsOf: package.appending(path: "Schemas/verify-page.md"), encoding: .utf8)
    }

    /// The lines of each script as the document says them.
    static func documentedLines() throws -> [String: Int] {
        let rows = try document().matches(of: #/\| `(\w+\.js)` \| (\d+) \|/#).map { row in
            (String(row.output.1), Int(row.output.2) ?? 0)
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// The lists of checks, by their names.
    static func checks() throws -> JSON.Object {
        try #require(json(of: "checks.json")["checks"]?.object)
    }

    /// The rows of all lists of checks, each with the name of its list.
    static func rows(of lists: JSON.Object) -> [(name: Text, row: [JSON])] {
        lists.members.flatMap { list in
            (list.value.array ?? []).compactMap(\.array).map { (list.name, $0) }
        }
    }

    /// What stated actions explain: a phrase, the largest distance, and the actions; nil for all
    /// that are in no other row.
    static func changes() throws -> [(phrase: String, limit: Int, actions: [Text]?)] {
        try #require(json(of: "rules.json")["changes"]?.array).map { row in
            let parts = try #require(row.array)
            let phrase = try #require(parts[0].text).string
            let limit = Int(try #require(parts[1].integer))
            let actions = parts.count > 2 ? parts[2].array?.compactMap(\.text) : nil
            return (phrase, limit, actions)
        }
    }

    /// The texts in an array, and in the arrays in it.
    static func texts(in json: JSON) -> [Text] {
        if let text = json.text { return [text] }
        return (json.array ?? []).flatMap(texts)
    }

    /// All Swift sources in one text: literals that are joined are one, places are gone.
    static func words() throws -> String {
        let names = FileManager.default.enumerator(atPath: sources.path())
        let files = (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
        return try files.map { name in
            try String(contentsOf: sources.appending(path: name), encoding: .utf8)
                .replacing(#/\\\n\s*/#, with: "").replacing(#/"\s*\+\s*"/#, with: "")
                .replacing(#"\""#, with: "\"")
        }.joined(separator: "\n")
    }

    /// The rules of texts in shapes, by their words.
    static func textRules(in shapes: JSON) -> Set<Text> {
        var rules: Set<Text> = []
        var rest = [shapes]
        while let next = rest.popLast() {
            if let rule = next["text"]?.text { rules.insert(rule) }
            rest += (next.array ?? []) + (next.object?.members.map(\.value) ?? [])
        }
        return rules
    }

    /// The parts of a form between its places, its numbers and its marks.
    static func parts(of form: String) -> [String] {
        form.split(separator: #/\{[\w.]+\}|\d+|: |[()]/#)
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ,;:")) }
            .filter { $0.count > 3 }
    }
}
