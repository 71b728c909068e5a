import Foundation
import TestHTTP
import Testing
import TestLedger

/// The page of what a perceptual hash survives (http.md §17).
@Suite(.serialized) struct LikenessPageTests {
    /// The rows of the document's table, cell by cell: what stands between the tool's two marks.
    private static func rows() throws -> [[String]] {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "Schemas/perceptual.md"), encoding: .utf8)
        let start = try #require(text.range(of: "<!-- Tools/likeness --write begins -->"))
        let end = try #require(text.range(of: "<!-- and ends -->"))
        return text[start.upperBound..<end.lowerBound].split(separator: "\n")
            .filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    private static func escaped(_ cell: String) -> String {
        cell.replacing("<", with: "&lt;").replacing("'", with: "&#39;")
    }

    @Test func thePageHasEachCellOfTheDocument() async throws {
        try await TestServer.run(site: true) { server in
            let rows = try Self.rows()
            #expect(rows.count > 10)
            let page = try await server.send("GET", "/likeness")
            #expect(page.status == 200)
            let headings = try #require(rows.first)
                .map { "<th scope=\"col\">\(Self.escaped($0))</th>" }.joined()
            #expect(page.text.contains("<thead><tr>\(headings)</tr></thead>"))
            for row in rows.dropFirst() {
                let name = try #require(row.first)
                let cells = row.dropFirst().map { "<td>\($0)</td>" }.joined()
                let line = "<tr><th scope=\"row\">\(Self.escaped(name))</th>\(cells)</tr>"
                #expect(page.text.contains(line), "\(name)")
            }
            #expect(page.text.matches(of: #/<tr>/#).count == rows.count)
        }
    }

    /// What it says of itself, before and below the table.
    @Test func thePageSaysWhatLikenessIsNotAndHowItWasMeasured() async throws {
        try await TestServer.run(site: true) { server in
            let page = try await server.send("GET", "/prints/likeness").text
            #expect(page == (try await server.send("GET", "/likeness").text))
            let table = try #require(page.range(of: "<table>"))
            let warning = try #require(page.range(of: "Likeness is not identity: "))
            #expect(warning.upperBound < table.lowerBound)
            for words in [
                "<code>Tools/likeness</code>", "up to 10 bits are called re-saved",
                "up to 31 bits are called similar", "more than 31 bits is not found",
                "The first row says of photographs that were saved again as JPEG, quality 90: ",
            ] { #expect(page.contains(words), "\(words)") }
        }
    }

    /// It is one page for everybody, and asked for again by its tag.
    @Test func programsGetThePageToo() async throws {
        try await TestServer.run(site: true) { server in
            for accept in ["text/html", "application/json", "*/*"] {
                let page = try await server.send("GET", "/likeness", headers: ["Accept": accept])
                #expect(page.status == 200 && page["cache-control"] == "no-cache", "\(accept)")
                #expect(page["content-type"] == "text/html; charset=utf-8", "\(accept)")
            }
        }
    }
}
