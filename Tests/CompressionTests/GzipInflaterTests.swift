import Compression
import TestSupport
import Testing

@Suite struct GzipInflaterTests {
    private let sample = Samples.text(20_000)
    private let file = GzipDeflater.deflated(Samples.text(20_000), level: .balanced)

    @Test(arguments: [1, 2, 3, 17, 1000, 1_000_000])
    func howTheInputIsCutDoesNotMatter(size: Int) throws {
        var inflater = GzipInflater()
        var output: [UInt8] = []
        let twice = file + file
        for start in stride(from: 0, to: twice.count, by: size) {
            #expect(inflater.isComplete == (start == file.count))
            inflater.append(Array(twice[start..<min(start + size, twice.count)]))
            while let piece = try inflater.next() {
                #expect(!piece.isEmpty && piece.count <= GzipInflater.maximumPieceByteCount)
                output += piece
            }
        }
        #expect(output == sample + sample)
        #expect(inflater.isComplete)
        try inflater.finish()
        #expect(try inflater.next() == nil)
    }

    @Test func everyTruncationIsNamed() throws {
        for count in 0..<file.count {
            #expect(throws: GzipError.truncated) {
                try GzipInflater.inflated(Array(file[..<count]), limit: sample.count)
            }
        }
        // The second member is cut, though the first is whole.
        for count in 1..<30 {
            #expect(throws: GzipError.truncated) {
                try GzipInflater.inflated(file + file[..<count], limit: 2 * sample.count)
            }
        }
    }

    @Test func aFileMayEndOnlyBetweenMembers() throws {
        var inflater = GzipInflater()
        #expect(!inflater.isComplete)
        #expect(try inflater.inflate(Array(file.dropLast()), limit: sample.count) == sample)
        #expect(!inflater.isComplete)
        #expect(try inflater.inflate(file.suffix(1), limit: 0) == [])
        #expect(inflater.isComplete)
        inflater.append([0x1F])
        #expect(!inflater.isComplete)
    }

    @Test(
        arguments: [
            "plain text, no gzip", "\u{1F}", "PK\u{3}\u{4}", "\0\0\0\0\0\0\0\0\0\0\0\0", "BZh9",
        ] as [ShownText])
    func whatIsNoGzipIsRefused(text: ShownText) {
        let bytes = Array(text.string.utf8) + Samples.noise(20)
        #expect(throws: GzipError.malformed(rule: "incorrect header check")) {
            try GzipInflater.inflated(bytes, limit: 1_000_000)
        }
    }

    @Test func zlibsOwnFormatIsRefused() {
        // The empty string as zlib stream (RFC 1950).
        #expect(throws: GzipError.malformed(rule: "incorrect header check")) {
            try GzipInflater.inflated([0x78, 0x9C, 3, 0, 0, 0, 0, 1], limit: 100)
        }
    }

    @Test(arguments: [[0], [0, 0, 0, 0], [0x41, 0x42, 0x43]] as [[UInt8]])
    func nothingButMembersMayFollowAMember(tail: [UInt8]) {
        #expect(throws: GzipError.self) {
            try GzipInflater.inflated(file + tail, limit: sample.count)
        }
    }

    @Test func aWrongChecksumAndAWrongLengthAreNamed() {
        for (offset, rule) in [(8, "incorrect data check"), (4, "incorrect length check")] {
            var damaged = file
            damaged[file.count - offset] ^= 1
            #expect(throws: GzipError.malformed(rule: rule)) {
                try GzipInflater.inflated(damaged, limit: sample.count)
            }
        }
    }

    /// A flipped bit is refused, or is one of the header's time or of the padding after the
    /// last block, which say nothing.
    @Test func noFlippedBitChangesTheContent() {
        let small = Array("three words here".utf8)
        let file = GzipDeflater.deflated(small)
        for offset in file.indices {
            for bit in 0..<8 {
                var damaged = file
                damaged[offset] ^= 1 << UInt8(bit)
                let output = try? GzipInflater.inflated(damaged, limit: 1_000_000)
                #expect(output == nil || output == small, "byte \(offset), bit \(bit)")
            }
        }
    }

    @Test func afterAFailureNothingMoreComes() {
        var inflater = GzipInflater()
        let error = GzipError.malformed(rule: "incorrect header check")
        inflater.append(Array("nonsense".utf8))
        #expect(throws: error) { try inflater.next() }
        inflater.append(file)
        #expect(throws: error) { try inflater.next() }
        #expect(throws: error) { try inflater.finish() }
        #expect(!inflater.isComplete)
    }

    @Test func moreThanTheLimitIsRefused() throws {
        let sample = Samples.text(200_000)
        let file = GzipDeflater.deflated(sample)
        #expect(try GzipInflater.inflated(file, limit: sample.count) == sample)
        for limit in [0, 1, 65_535, 65_536, 65_537, sample.count - 1] {
            #expect(throws: GzipError.tooLarge(limit: limit)) {
                try GzipInflater.inflated(file, limit: limit)
            }
        }
        let empty = GzipDeflater.deflated([])
        #expect(try GzipInflater.inflated(empty, limit: 0) == [])
    }

    /// A thousand times as many bytes come piece by piece, and only as they are asked for.
    @Test func aBombIsGivenOutInPieces() throws {
        let bomb = GzipDeflater.deflated(Array(repeating: 0, count: 64 << 20), level: .balanced)
        #expect(bomb.count < 100_000)
        var inflater = GzipInflater()
        inflater.append(bomb)
        for _ in 0..<16 {
            let piece = try #require(try inflater.next())
            #expect(piece.count <= GzipInflater.maximumPieceByteCount)
        }
        #expect(!inflater.isComplete)
    }

    @Test func aCopyGoesItsOwnWay() throws {
        var one = GzipInflater()
        #expect(try one.inflate(Array(file[..<2000]), limit: sample.count).isEmpty == false)
        var two = one
        let rest = try one.inflate(Array(file[2000...]), limit: sample.count)
        #expect(one.isComplete && !two.isComplete)
        #expect(try two.inflate(Array(file[2000...]), limit: sample.count) == rest)
        #expect(two.isComplete)
    }

    @Test func manyEmptyMembersAreRead() throws {
        let empty = GzipDeflater.deflated([])
        let file = Array(repeatElement(empty, count: 10_000).joined()) + file
        #expect(try GzipInflater.inflated(file, limit: sample.count) == sample)
    }
}
