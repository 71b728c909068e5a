import QRCodes
import TestSupport
import Testing

/// QR codes of addresses.
@Suite struct QRCodeTests {
    private static let address =
        "https://ledger.example/prints/entries/WX0WqXOiODnQJjJQYVJattOi9NVb6LVlrBvBXUEZeP4"

    /// Sizes are 21 + 4 (version - 1), and three corners have a finder (ISO/IEC 18004 §6.3.3).
    @Test(arguments: ["a", address, String(repeating: "b", count: 512)].map { ShownText($0) })
    func aCodeHasItsFinders(text: ShownText) throws {
        let code = try QRCode(text.string)
        #expect(code.side >= 21 && code.side <= 177 && (code.side - 21).isMultiple(of: 4))
        let last = code.side - 7
        for (x, y) in [(0, 0), (last, 0), (0, last)] {
            for step in 0..<7 {
                #expect(code.isDark(column: x + step, row: y))
                #expect(code.isDark(column: x + step, row: y + 6))
                #expect(code.isDark(column: x, row: y + step))
            }
            for step in 1..<6 { #expect(!code.isDark(column: x + step, row: y + 1)) }
            #expect(code.isDark(column: x + 3, row: y + 3))
        }
    }

    @Test func thePathCoversTheDarkModulesAndNoOthers() throws {
        let code = try QRCode(Self.address)
        var covered: Set<[Int]> = []
        for match in code.path.matches(of: #/M(\d+) (\d+)h(\d+)v1h-(\d+)z/#) {
            let (x, y) = (try #require(Int(match.output.1)), try #require(Int(match.output.2)))
            let width = try #require(Int(match.output.3))
            #expect(match.output.3 == match.output.4)
            for column in x..<(x + width) {
                #expect(covered.insert([column - QRCode.quietModules, y - 4]).inserted)
            }
        }
        var dark: Set<[Int]> = []
        for row in 0..<code.side {
            for column in 0..<code.side where code.isDark(column: column, row: row) {
                dark.insert([column, row])
            }
        }
        #expect(covered == dark)
        #expect(code.outerSide == code.side + 8)
    }

    @Test func anotherTextIsAnotherCode() throws {
        #expect(try QRCode("a") == QRCode("a"))
        #expect(try QRCode("a") != QRCode("b"))
    }

    @Test(arguments: [0, 513, 100_000])
    func textsOfOtherLengthsAreRefused(count: Int) {
        #expect(throws: QRCodeError.wrongLength(count, limit: QRCode.byteLimit)) {
            try QRCode(String(repeating: "a", count: count))
        }
    }
}
