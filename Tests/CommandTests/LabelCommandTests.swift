import Foundation
import Testing
import TestSupport

/// Labels for prints: `colophon label`.
@Suite struct LabelCommandTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        shop = try await Workshop()
        ledger = try await LedgerProcess(in: shop)
        try await ledger.add("berlin", issuer: Workshop.berlin)
        try await ledger.writeKit()
    }

    /// A registered work of a title.
    private func register(_ name: String, title: String) async throws {
        try shop.write(name, to: name)
        let signed = try await shop.sign(
            name, "--creator", "Ana", "--title", title, "--trust", "trust")
        try #require(signed.status == 0, "\(signed.words)")
        let submitted = try await ledger.colophon("submit", name + ".colophon")
        try #require(submitted.status == 0, "\(submitted.words)")
    }

    private func label(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophon", ["label"] + arguments, in: shop.folder)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try shop.bytes(name), as: UTF8.self)
    }

    @Test func aRegisteredWorkGetsItsLabel() async throws {
        try await register("a.jpg", title: "Estuary at dawn")
        let entry = try #require(try await shop.show("a.jpg.colophon")["entry"] as? String)
        for out in ["labels.svg", "labels.html"] {
            let made = try await label("a.jpg.colophon", "--out", out)
            try #require(made.status == 0, "\(made.words)")
            let text = try text(out)
            #expect(text.contains("Estuary at") && text.contains(entry.prefix(12) + "\u{2026}"))
            #expect(text.contains("<path d=\"M"))
            #expect(!text.contains("<script"))
        }
        #expect(try text("labels.html").contains("default-src 'none'; style-src 'sha256-"))
        // The same again is the same file.
        #expect(try await label("a.jpg.colophon", "--out", "labels.svg").status == 0)
    }

    /// However a title is made, the sheet has the same boxes, and its text stays text.
    @Test func noTitleAltersTheLayout() async throws {
        let titles = [
            "</text><script>alert(1)</script>", "\u{202E}evil\u{200B}", "\u{200B}\u{2060}",
            String(repeating: "wide", count: 100), "a & b \"c\" 'd'",
        ]
        for (place, title) in titles.enumerated() {
            try await register("\(place).jpg", title: title)
            let out = "\(place).svg"
            let made = try await label("\(place).jpg.colophon", "--out", out)
            try #require(made.status == 0, "\(title): \(made.words)")
            let text = try text(out)
            let names = text.matches(of: #/<(\w+)[ >]/#).map { String($0.output.1) }
            #expect(names.count { $0 == "svg" } == 3 && names.count { $0 == "path" } == 1)
            #expect((2...5).contains(names.count { $0 == "text" }), "\(title)")
            #expect(Set(names) == ["svg", "title", "desc", "rect", "path", "text"], "\(title)")
            #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" })
        }
        #expect(try text("3.svg").contains("\u{2026}</text>"))
    }

    @Test func whatCannotBeLaidOutIsRefusedByName() async throws {
        try await register("a.jpg", title: "A")
        try await register("c.jpg", title: "C")
        try shop.write("unregistered", to: "b.jpg")
        let signed = try await shop.sign(
            "b.jpg", "--creator", "Ana", "--title", "B", "--trust", "trust")
        try #require(signed.status == 0, "\(signed.words)")
        for (arguments, status, word) in [
            (["b.jpg.colophon", "--out", "x.svg"], 1, "no receipt"),
            (["a.jpg.colophon", "--out", "x.pdf"], 2, "--out"),
            (["a.jpg.colophon", "--out", "x.svg", "--sheet", "L1"], 2, "--sheet"),
            (["a.jpg.colophon", "--out", "x.svg", "--start", "22"], 2, "--start"),
            (["--out", "x.svg"], 2, "no record"),
            (
                ["a.jpg.colophon", "c.jpg.colophon", "--out", "x.svg", "--start", "21"], 2,
                "2 sheets"
            ),
        ] {
            let refused = try await Program.run("colophon", ["label"] + arguments, in: shop.folder)
            #expect(refused.status == status, "\(arguments): \(refused.words)")
            #expect(refused.words.contains(word), "\(refused.words)")
            #expect(try !shop.exists("x.svg"))
        }
    }
}
