import Encoding
import OpenTimestamps
import TestCalendar
import TestSupport
import Testing

/// Files of headers: `HEIGHT HEADER` a line.
@Suite struct BitcoinHeadersTests {
    /// The first two blocks of Bitcoin.
    private static let genesis = """
        0 0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2\
        7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c

        """
    private static let second = """
        1 010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744\
        bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299

        """

    private static func parse(_ text: String) throws -> BitcoinHeaders {
        try BitcoinHeaders(parsing: Array(text.utf8))
    }

    private static func chain(_ count: Int) -> TestChain {
        var chain = TestChain(height: 100)
        for number in 0..<count { chain.mine(time: 1_700_000_000 + UInt32(number)) }
        return chain
    }

    @Test func theFirstBlocksOfBitcoinAreRead() throws {
        let headers = try Self.parse(Self.genesis + Self.second)
        #expect(headers.count == 2)
        #expect(headers.range == 0...1)
        let first = try #require(headers[0])
        let second = try #require(headers[1])
        #expect(first.time == 1_231_006_505)
        #expect(second.previous == first.hash)
        #expect(
            Hex.encode(first.hash.reversed())
                == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
        #expect(
            Hex.encode(first.merkleRoot.reversed())
                == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")
        #expect(headers[2] == nil)
        #expect(headers[.max] == nil)
    }

    @Test func linesMayStandInAnyOrderAndTwice() throws {
        var random = SeededRandom(for: "linesMayStandInAnyOrderAndTwice")
        let chain = Self.chain(40)
        let text = (chain.lines + chain.lines.prefix(7)).shuffled(using: &random).joined()
        let headers = try Self.parse(text)
        #expect(headers.count == 40)
        for (height, header) in chain.headers {
            #expect(headers[UInt64(height)] == header)
            #expect(headers.has(header, at: UInt64(height)) == true)
            #expect(headers.has(header, at: UInt64(height) + 1) != true)
        }
        #expect(headers.has(try #require(chain.headers[100]), at: 99) == nil)
    }

    /// The text arrives in pieces of any length.
    @Test(arguments: [1, 2, 3, 7, 80, 168, 169, 170, 171, 500, 100_000])
    func piecesGiveWhatTheWholeGives(size: Int) throws {
        let file = Self.chain(12).file
        var reader = BitcoinHeadersReader()
        for start in stride(from: 0, to: file.count, by: size) {
            try reader.read(file[start..<min(start + size, file.count)])
        }
        let headers = try reader.finish()
        #expect(headers.count == 12)
        #expect(headers.range == 100...111)
    }

    @Test func windowsEndsOfLinesUpperCaseAndAMissingLastEndAreRead() throws {
        let text = Self.chain(3).lines.joined()
        #expect(try Self.parse(text.replacing("\n", with: "\r\n")).count == 3)
        #expect(try Self.parse(text.uppercased()).count == 3)
        #expect(try Self.parse(String(text.dropLast())).count == 3)
        #expect(try Self.parse("").range == nil)
    }

    @Test func aLineThatIsNoneIsNamedByItsNumber() throws {
        let good = Self.chain(2).lines
        let digits = good[1].split(separator: " ")[1]
        for line in [
            "\n", "101\n", "101  \(digits)", " 101 \(digits)", "101 \(digits.dropFirst())",
            "101 0\(digits)", "101\t\(digits)", "0101 \(digits)", "-1 \(digits)", "+101 \(digits)",
            "12345678 \(digits)", "101 \(digits.dropFirst(2).description)zz\n",
            "101 é\(digits.dropFirst(2))", "# a remark\n", "101 \(digits.dropLast()) \n",
        ] {
            #expect(throws: BitcoinHeadersError.malformed(line: 2), "\(line)") {
                try Self.parse(good[0] + line)
            }
        }
        // A line without end is not kept in memory until the file ends.
        var reader = BitcoinHeadersReader()
        try reader.read(Array(good[0].utf8)[...])
        #expect(throws: BitcoinHeadersError.malformed(line: 2)) {
            try reader.read([UInt8](repeating: 97, count: 1000)[...])
        }
    }

    @Test func headersThatContradictEachOtherAreRefusedByLine() throws {
        let chain = Self.chain(3)
        var other = TestChain(height: 101)
        other.mine(time: 5)
        let lines = chain.lines
        #expect(throws: BitcoinHeadersError.contradiction(line: 4, height: 101)) {
            try Self.parse(lines.joined() + other.lines.joined())
        }
        #expect(throws: BitcoinHeadersError.contradiction(line: 2, height: 101)) {
            try Self.parse(other.lines.joined() + lines[1] + lines[0])
        }
    }

    /// Only neighbours can be compared: a file may have the headers that somebody needs, no more.
    @Test func neighboursMustFollowFromEachOther() throws {
        let chain = Self.chain(3)
        var other = TestChain(height: 102)
        other.mine(time: 5)
        let wrong = other.lines[0]
        let lines = chain.lines
        for text in [lines[0] + lines[1] + wrong, lines[0] + wrong + lines[1]] {
            let line = text.hasSuffix(wrong) ? 3 : 2
            #expect(throws: BitcoinHeadersError.unlinked(line: line, height: 102)) {
                try Self.parse(text)
            }
        }
        #expect(try Self.parse(lines[0] + wrong).count == 2)
    }

    /// Real headers ask for work, so that one changed bit is found; the height is the file's word.
    @Test func aHeaderHasTheWorkThatItAsksFor() throws {
        let line = Array(Self.second.utf8)
        let bytes = try #require(Hex.decode(String(Self.second.dropFirst(2).dropLast())))
        for bit in 0..<(8 * bytes.count) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let header = try #require(BlockHeader(changed))
            #expect(!header.hasWork, "bit \(bit)")
            #expect(throws: BitcoinHeadersError.noWork(line: 2, height: 5)) {
                try Self.parse(Self.genesis + TestChain.line(5, header))
            }
        }
        #expect(try #require(BlockHeader(bytes)).hasWork)
        #expect(try BitcoinHeaders(parsing: line).count == 1)
    }

    /// A target is a number of up to 32 bytes that is not negative and not zero.
    @Test(
        arguments: [
            0, 0x0000_0001, 0x0100_ffff, 0x0200_ffff, 0x0300_0000, 0x0480_0000, 0x2000_0000,
            0x20ff_ffff, 0x217f_ffff, 0x2200_ffff, 0x2300_00ff, 0xff7f_ffff, 0xffff_ffff,
        ] as [UInt32])
    func bitsOfNoTargetHaveNoWork(bits: UInt32) {
        let zeros = [UInt8](repeating: 0, count: 32)
        let header = TestChain.header(previous: zeros, root: zeros, time: 1, bits: bits)
        #expect(!header.hasWork)
    }

    /// The largest targets that 32 bytes hold.
    @Test(arguments: [0x207f_ffff, 0x2100_ffff, 0x2200_00ff] as [UInt32])
    func easyBitsHaveWork(bits: UInt32) {
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(TestChain.header(previous: zeros, root: zeros, time: 1, bits: bits).hasWork)
    }
}
