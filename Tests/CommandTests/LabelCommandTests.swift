import Foundation
import Testing
import TestSupport

/// Labels for prints: `colophon label`.
@Suite struct LabelCommandTests {
    private let shop: Workshop
    private let ledger: LedgerProcess

    init() async throws {
        ledger = try await .knowingBerlin()
        shop = ledger.shop
    }

    /// A signed work of a title.
    private func sign(_ name: String, title: String) async throws {
        try shop.write(name, to: name)
        let signed = try await shop.sign(
            name, "--creator", "Ana", "--title", title, "--trust", "trust")
        try #require(signed.status == 0, "\(signed.words)")
    }

    /// A registered work of a title.
    private func register(_ name: String, title: String) async throws {
        try await sign(name, title: title)
        let submitted = try await ledger.colophon("submit", name + ".colophon")
        try #require(submitted.status == 0, "\(submitted.words)")
    }

    /// Lays out a record that may have no receipt yet.
    private func labelEarly(_ record: String, _ more: String...) async throws -> Program.Outcome {
        try await Program.run(
            "colophon", ["label", record, "--unregistered", "--trust", "trust"] + more,
            in: shop.folder)
    }

    private func label(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run("colophon", ["label"] + arguments, in: shop.folder)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try shop.bytes(name), as: UTF8.self)
    }

    /// A folder has the withdrawals beside the records, and a sheet tells them apart by nothing.
    @Test func theLabelOfAWithdrawnWorkIsWarnedOf() async throws {
        for name in ["a.jpg", "b.jpg"] { try await register(name, title: "Estuary") }
        let gone = try await shop.sign(
            "a.jpg", "--creator", "Ana", "--title", "Gone", "--trust", "trust", "--event",
            "withdraw", "--parent", "a.jpg.colophon")
        try #require(gone.status == 0, "\(gone.words)")
        let sent = try await ledger.colophon("submit", "a.jpg.1.colophon")
        try #require(sent.status == 0, "\(sent.words)")
        let made = try await label(
            "a.jpg.colophon", "b.jpg.colophon", "a.jpg.1.colophon", "--out", "labels.svg")
        #expect(made.status == 0, "\(made.words)")
        #expect(made.words.contains("a.jpg.colophon: is withdrawn, says a.jpg.1.colophon"))
        #expect(made.words.contains("a.jpg.1.colophon: is a withdrawal"))
        #expect(!made.words.contains("b.jpg"))
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
            String(repeating: "wide", count: 100), "a & b \"c\" 'd'", "\u{2003}\u{00A0}",
            "\u{6CB3}\u{53E3}\u{306E}\u{591C}\u{660E}\u{3051}", "\u{1F469}\u{200D}\u{1F3A8}",
        ]
        for (place, title) in titles.enumerated() {
            try await sign("\(place).jpg", title: title)
            let out = "\(place).svg"
            let made = try await labelEarly("\(place).jpg.colophon", "--out", out)
            try #require(made.status == 0, "\(title): \(made.words)")
            let text = try text(out)
            let names = text.matches(of: #/<(\w+)[ >]/#).map { String($0.output.1) }
            #expect(names.count { $0 == "svg" } == 3 && names.count { $0 == "path" } == 1)
            #expect((2...5).contains(names.count { $0 == "text" }), "\(title)")
            #expect(Set(names) == ["svg", "title", "desc", "rect", "path", "text"], "\(title)")
            #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" })
            #expect(!text.contains("direction=\"rtl\""))
        }
        #expect(try text("3.svg").contains("\u{2026}</text>"))
        #expect(try text("5.svg").contains("(blank title)"))
    }

    /// A title is read from the side of its first letter; the EntryID below it never turns round.
    @Test(arguments: ["\u{0645}\u{0635}\u{0628}", "7: \u{05E9}\u{05E4}\u{05DA} 2026, Ana"])
    func aTitleFromTheRightBeginsAtTheRight(title: String) async throws {
        try await sign("a.jpg", title: title)
        let made = try await labelEarly("a.jpg.colophon", "--out", "a.svg")
        try #require(made.status == 0, "\(made.words)")
        let lines = try text("a.svg").matches(
            of: #/<text x="(\d+)" y="\d+" font-weight="(\w+)" direction="(\w+)">/#)
        #expect(lines.count >= 2)
        for line in lines {
            let isTitle = line.output.2 == "bold"
            #expect(line.output.3 == (isTitle ? "rtl" : "ltr"))
            // A label of L7160 is 63.5 mm wide.
            #expect(line.output.1 == (isTitle ? "6100" : "3020"))
        }
    }

    /// No mark is taken from its letter where a long word is broken, or a title cut.
    @Test func aLetterStaysWhole() async throws {
        let letter = "e\u{0301}\u{0323}"
        try await sign("a.jpg", title: String(repeating: letter, count: 60))
        let made = try await labelEarly("a.jpg.colophon", "--out", "a.svg")
        try #require(made.status == 0, "\(made.words)")
        let lines = try text("a.svg").matches(of: #/bold"[^>]*>([^<]*)</#).map {
            String($0.output.1).unicodeScalars.filter { $0 != "\u{2026}" }
        }
        #expect(lines.count == 3)
        for line in lines {
            #expect(!line.isEmpty && line.count.isMultiple(of: letter.unicodeScalars.count))
        }
    }

    // MARK: - Sheets

    /// The sizes on the boxes, in millimetres and inches.
    private static let boxes: [(name: String, labels: (Int, Int), width: Double, height: Double)] =
        [
            ("L7160", (3, 7), 63.5, 38.1), ("L7159", (3, 8), 63.5, 33.9),
            ("L7162", (2, 8), 99.1, 33.9), ("L7163", (2, 7), 99.1, 38.1),
            ("L7165", (2, 4), 99.1, 67.7), ("L7651", (5, 13), 38.1, 21.2),
            ("5160", (3, 10), 2.625 * 25.4, 25.4), ("5162", (2, 7), 4 * 25.4, 4 / 3 * 25.4),
            ("5163", (2, 5), 4 * 25.4, 2 * 25.4), ("5164", (2, 3), 4 * 25.4, 10 / 3 * 25.4),
        ]

    /// All of a sheet lies on its paper, in the middle, and no label on another.
    @Test func eachSheetHasTheMeasuresOfItsBox() async throws {
        try await sign("a.jpg", title: "A")
        for (name, labels, width, height) in Self.boxes {
            let count = labels.0 * labels.1
            let records = (1...count).map { "\(name)/\($0).jpg.colophon" }
            try copy("a.jpg.colophon", to: records)
            let made = try await labelEarly(name, "--sheet", name, "--out", "\(name).svg")
            try #require(made.status == 0, "\(name): \(made.words)")
            let text = try text("\(name).svg")
            let paper: (Double, Double) = name.hasPrefix("L") ? (210, 297) : (215.9, 279.4)
            #expect(text.contains("width=\"\(Self.millimetres(paper.0))mm\""), "\(name)")
            #expect(text.contains("height=\"\(Self.millimetres(paper.1))mm\""), "\(name)")
            // In hundredths of a millimetre, as the first view box says.
            let boxes = text.matches(
                of: #/<svg x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" viewBox="0 0 \d{4}/#
            ).compactMap { match -> [Double]? in
                let numbers = [match.1, match.2, match.3, match.4].compactMap { Double($0) }
                return numbers.count == 4 ? numbers.map { $0 / 100 } : nil
            }
            try #require(boxes.count == count, "\(name)")
            let (columns, rows) = (Set(boxes.map { $0[0] }).sorted(), Set(boxes.map { $0[1] }))
            #expect((columns.count, rows.count) == labels, "\(name)")
            for box in boxes {
                #expect(abs(box[2] - width) < 0.02 && abs(box[3] - height) < 0.02, "\(name)")
            }
            for (places, size, room) in [
                (columns, width, paper.0), (rows.sorted(), height, paper.1),
            ] {
                let (first, last) = (try #require(places.first), try #require(places.last))
                #expect(abs(first - (room - last - size)) < 0.1, "\(name): not in the middle")
                for (one, next) in zip(places, places.dropFirst()) {
                    #expect(next - one > size - 0.02, "\(name): one label lies on another")
                }
            }
        }
    }

    private static func millimetres(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)0"
    }

    private func copy(_ record: String, to names: [String]) throws {
        let bytes = try Data(contentsOf: shop.url(record))
        for name in names {
            let url = shop.url(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: url)
        }
    }

    @Test func aThousandLabelsTakeFortyEightPages() async throws {
        try await sign("a.jpg", title: "A")
        try copy("a.jpg.colophon", to: (1...1_000).map { "prints/\($0).jpg.colophon" })
        let made = try await labelEarly("prints", "--out", "all.html", "--json")
        try #require(made.status == 0, "\(made.words)")
        #expect(made.objects.first?["labels"] as? Int == 1_000)
        #expect(made.objects.first?["unregistered"] as? Int == 1_000)
        let text = try text("all.html")
        #expect(text.matches(of: #/<title>Labels for sheet L7160</#).count == 48)
        #expect(text.matches(of: #/<path /#).count == 1_000)
    }

    /// A code that no reader reads is not printed: the longest origins need larger labels.
    @Test func anAddressThatIsTooLongForASheetIsRefusedWithSheetsThatHaveRoom() async throws {
        let origin = "ledger.example/" + String(repeating: "p", count: 220)
        for arguments in [
            ["init", "--data", "long", "--origin", origin, "--admin", "admin.pub.pem"],
            ["trust-kit", "--data", "long", "--out", "long.colophon-kit"],
        ] {
            let made = try await Program.run("colophond", arguments, in: shop.folder)
            try #require(made.status == 0, "\(made.words)")
        }
        try await shop.signWork("admin.pub.pem")
        let label = [
            "label", "admin.pub.pem.colophon", "--unregistered", "--trust", "long.colophon-kit",
        ]
        let fine = try await Program.run(
            "colophon", label + ["--sheet", "L7651", "--out", "a.svg"], in: shop.folder)
        #expect(fine.status == 2 && fine.words.contains("too long"), "\(fine.words)")
        #expect(fine.words.contains("L7160") && !fine.words.contains("L7651,"), "\(fine.words)")
        #expect(try !shop.exists("a.svg"))
        let coarse = try await Program.run(
            "colophon", label + ["--out", "a.svg"], in: shop.folder)
        #expect(coarse.status == 0, "\(coarse.words)")
    }

    // MARK: - Records without a receipt

    /// At an event labels are printed first; the same label is right when there is a network.
    @Test func aLabelFromBeforeTheNetworkIsTheLabelAfterIt() async throws {
        try await sign("a.jpg", title: "A")
        let early = try await labelEarly("a.jpg.colophon", "--out", "a.svg", "--quiet")
        try #require(early.status == 0, "\(early.words)")
        #expect(early.words.contains("1 of 1 records have no receipt"), "\(early.words)")
        #expect(early.words.contains("only after"), "\(early.words)")
        let submitted = try await ledger.colophon("submit", "a.jpg.colophon")
        try #require(submitted.status == 0, "\(submitted.words)")
        let late = try await label("a.jpg.colophon", "--out", "a.svg", "--json")
        #expect(late.status == 0, "\(late.words)")
        #expect(late.objects.first?["status"] as? String == "known")
        let again = try await labelEarly("a.jpg.colophon", "--out", "a.svg")
        #expect(again.status == 0 && !again.words.contains("no receipt"), "\(again.words)")
    }

    /// A spool's records have no receipt until it is synchronised.
    @Test func whatWaitsInASpoolIsLaidOut() async throws {
        try await shop.makeSpool()
        try shop.write("a", to: "a.jpg")
        let signed = try await shop.colophon(
            "sign", "--spool", "outbox", "a.jpg", "--creator", "Ana", "--title", "A")
        try #require(signed.status == 0, "\(signed.words)")
        let made = try await labelEarly("outbox/pending", "--out", "a.svg")
        #expect(made.status == 0, "\(made.words)")
        #expect(try text("a.svg").contains(">A</text>"))
        // What the ledger has refused has no address.
        try FileManager.default.moveItem(
            at: shop.url("outbox/pending/0000000000-a.jpg.colophon"),
            to: shop.url("outbox/refused/0000000000-a.jpg.colophon"))
        let refused = try await labelEarly("outbox", "--out", "b.svg")
        #expect(refused.status == 1 && refused.words.contains("refused"), "\(refused.words)")
        #expect(try !shop.exists("b.svg"))
    }

    @Test func aRecordThatIsMeantForAnotherLedgerGetsNoLabelOfThisOne() async throws {
        try shop.write("a", to: "a.jpg")
        let signed = try await shop.sign(
            "a.jpg", "--creator", "Ana", "--title", "A", "--aud", "other.example/log")
        try #require(signed.status == 0, "\(signed.words)")
        let refused = try await labelEarly("a.jpg.colophon", "--out", "a.svg")
        #expect(refused.status == 1, "\(refused.words)")
        #expect(refused.words.contains("other.example/log"), "\(refused.words)")
        #expect(try !shop.exists("a.svg"))
    }

    // MARK: - Refusals

    @Test func nothingIsWrittenInPlaceOfWhatIsThere() async throws {
        try await sign("a.jpg", title: "A")
        try shop.write("mine", to: "mine.svg")
        for (name, target) in [("link.svg", "mine.svg"), ("loose.svg", "nowhere.svg")] {
            try FileManager.default.createSymbolicLink(
                atPath: shop.url(name).path(), withDestinationPath: target)
        }
        try FileManager.default.createDirectory(
            at: shop.url("folder.svg"), withIntermediateDirectories: false)
        for (out, words) in [
            ("mine.svg", "something else in it"), ("link.svg", "something else in it"),
            ("loose.svg", "a link to nothing"), ("folder.svg", "is a folder"),
            ("no/where.svg", "no such file"),
        ] {
            let refused = try await labelEarly("a.jpg.colophon", "--out", out)
            #expect(refused.status == 2, "\(out): \(refused.words)")
            #expect(refused.words.contains("\(out): "), "\(refused.words)")
            #expect(refused.words.contains(words), "\(refused.words)")
        }
        #expect(try text("mine.svg") == "mine")
        #expect(try !shop.exists("nowhere.svg"))
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
            (["b.jpg.colophon", "--out", "x.svg", "--unregistered"], 2, "--trust"),
            (["a.jpg.colophon", "--out", "x.svg", "--trust", "trust"], 2, "--unregistered"),
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
