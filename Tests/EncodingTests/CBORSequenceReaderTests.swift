import Encoding
import Testing

@Suite struct CBORSequenceReaderTests {
    private typealias Item = CBORSequenceReader.Item

    /// Lengths with heads of one, two and three bytes, around the limit of 300.
    private static let lengths = [0, 1, 23, 24, 301, 255, 256, 300, 0, 1000, 5, 1000, 301]
    private static let limit = 300

    private static let sequence: [UInt8] = lengths.enumerated().flatMap { index, length in
        CBOR.bytes(content(index, length)).encoded()
    }

    private static let expected: [CBORSequenceReader.Item] = lengths.enumerated().map {
        $1 > limit ? .tooLarge(UInt64($1)) : .bytes(content($0, $1))
    }

    private static func content(_ index: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) }
    }

    /// Returns what is ready.
    private func drain(_ reader: inout CBORSequenceReader) throws -> [Item] {
        var items: [Item] = []
        while let item = try reader.next() {
            items.append(item)
        }
        return items
    }

    @Test func aSequenceCutAnywhereGivesTheSameItems() throws {
        for cut in 0...Self.sequence.count {
            var reader = CBORSequenceReader(itemLimit: Self.limit)
            reader.append(Self.sequence[..<cut])
            var items = try drain(&reader)
            reader.append(Self.sequence[cut...])
            items += try drain(&reader)
            #expect(items == Self.expected, "cut at \(cut)")
            #expect(reader.pendingByteCount == 0)
            #expect(reader.isBetweenItems)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 299, 1001])
    func piecesOfAnySizeGiveTheSameItems(size: Int) throws {
        var reader = CBORSequenceReader(itemLimit: Self.limit)
        var items: [Item] = []
        for start in stride(from: 0, to: Self.sequence.count, by: size) {
            reader.append(Self.sequence[start...].prefix(size))
            items += try drain(&reader)
        }
        #expect(items == Self.expected)
        #expect(reader.isBetweenItems)
    }

    /// Five bytes announce a long item, and many senders may leave it at that.
    @Test func memoryForAnItemIsTakenAsItComes() throws {
        let item = CBOR.bytes(Self.content(0, 340_000)).encoded()
        for size in [5, 700, 1400, 16_000] {
            var reader = CBORSequenceReader(itemLimit: 340_000)
            var items: [Item] = []
            var arrived = 0
            while arrived < item.count {
                let piece = item[arrived...].prefix(size)
                reader.append(piece)
                arrived += piece.count
                items += try drain(&reader)
                // The allocator rounds to pages.
                let most = min(item.count, max(4096, 8 * arrived)) + 4096
                #expect(reader.heldByteCount <= most)
            }
            #expect(items == [.bytes(Self.content(0, 340_000))])
        }
    }

    @Test func aSequenceThatEndsInsideAnItemLeavesItsBytesPending() throws {
        var boundaries: Set<Int> = [0]
        var end = 0
        for length in Self.lengths {
            end += CBOR.bytes(Array(repeating: 0, count: length)).encoded().count
            boundaries.insert(end)
        }
        var last = 0
        for cut in 0...Self.sequence.count {
            var reader = CBORSequenceReader(itemLimit: Self.limit)
            reader.append(Self.sequence[..<cut])
            _ = try drain(&reader)
            last = boundaries.contains(cut) ? cut : last
            #expect(reader.pendingByteCount == cut - last, "cut at \(cut)")
            #expect(reader.isBetweenItems == boundaries.contains(cut), "cut at \(cut)")
        }
    }

    @Test func aTooLargeItemIsReportedAtOnceAndNeverHeld() throws {
        var reader = CBORSequenceReader(itemLimit: 10)
        reader.append(bytes("5b0000010000000000"))
        #expect(try reader.next() == .tooLarge(1 << 40))
        #expect(try reader.next() == nil)
        #expect(!reader.isBetweenItems)
        reader.append([UInt8](repeating: 0x41, count: 1 << 16))
        #expect(try reader.next() == nil)
        #expect(reader.pendingByteCount == 9 + 1 << 16)
    }

    @Test(arguments: [
        ("01", CBORError.Rule.notBytes), ("6161", .notBytes), ("80", .notBytes), ("f6", .notBytes),
        ("d24100", .notBytes), ("5f", .indefiniteLength), ("5c", .notWellFormed),
        ("5801", .notShortest), ("590001", .notShortest), ("5b00000000ffffffff", .notShortest),
    ])
    func anErrorNamesTheBytesPositionInTheSequenceAndIsFinal(
        hex: String, rule: CBORError.Rule
    ) throws {
        var reader = CBORSequenceReader(itemLimit: 4)
        reader.append(bytes("420102"))
        #expect(try reader.next() == .bytes([1, 2]))
        reader.append(bytes("460000"))
        #expect(try reader.next() == .tooLarge(6))
        reader.append(bytes("00000000"))
        reader.append(bytes(hex))
        #expect(throws: CBORError(rule, at: 10)) { try reader.next() }
        reader.append(bytes("4100"))
        #expect(throws: CBORError(rule, at: 10)) { try reader.next() }
    }

    @Test func anEmptySequenceHasNoItem() throws {
        var reader = CBORSequenceReader(itemLimit: 4)
        #expect(try reader.next() == nil)
        #expect(reader.isBetweenItems)
    }
}
