import Encoding
import LedgerStore
import Merkle
import TestSupport
import Testing

/// Rows of evidence about heads: each has one form only.
@Suite struct AnchorRowTests {
    private func row(
        _ size: UInt64 = 7, _ kind: AnchorRow.Kind = .timestamp,
        url: Text = "https://time.example/tsr", _ state: AnchorRow.State = .complete,
        evidence: [UInt8] = [1, 2, 3]
    ) -> AnchorRow {
        AnchorRow(
            size: size, kind: kind, url: url, state: state, asked: 5, time: 6,
            checkpoint: Array("a head".utf8), evidence: evidence)
    }

    @Test func aRowHasTheBytesOfTheContract() throws {
        let row = row()
        let source = Hash.sha256(Array("https://time.example/tsr".utf8))
        #expect(row.key.bytes == [0, 0, 0, 0, 0, 0, 0, 7, 1] + source.bytes)
        #expect(
            row.value
                == CBOR.array([
                    .text("https://time.example/tsr"), .unsigned(1), .unsigned(5), .unsigned(6),
                    .bytes(Array("a head".utf8)), .bytes([1, 2, 3]),
                ]).encoded())
        #expect(try AnchorRow(row.key, value: row.value) == row)
        #expect(AnchorRow.Key(row.key.bytes) == row.key)
        #expect("\(row.key)" == "7/rfc3161/\(source)")
    }

    @Test func keysOfAnotherFormAreNone() {
        let key = row().key.bytes
        var otherKind = key
        for kind: UInt8 in [0, 3, 255] {
            otherKind[8] = kind
            #expect(AnchorRow.Key(otherKind) == nil)
        }
        #expect(AnchorRow.Key(Array(key.dropLast())) == nil)
        #expect(AnchorRow.Key(key + [0]) == nil)
        #expect(AnchorRow.Key(Array(key.prefix(9))) == nil)
    }

    /// A flipped bit is seen, or it is another row's whole form.
    @Test func aValueOfAnotherFormIsRefused() throws {
        let row = row()
        let value = row.value
        for count in 0..<value.count {
            #expect(throws: LedgerError.self) {
                _ = try AnchorRow(row.key, value: Array(value.prefix(count)))
            }
        }
        #expect(throws: LedgerError.self) { _ = try AnchorRow(row.key, value: value + [0]) }
        for bit in 0..<(value.count * 8) {
            var other = value
            other[bit / 8] ^= 1 << (bit % 8)
            let read = try? AnchorRow(row.key, value: other)
            #expect(read.map { $0.value == other && $0 != row } ?? true, "bit \(bit)")
        }
        // A number that is longer than it needs to be.
        var long = value
        long.replaceSubrange(27..<28, with: [0x18, 1])
        #expect(value[27] == 1, "the state follows the array's head and the URL")
        #expect(throws: LedgerError.self) { _ = try AnchorRow(row.key, value: long) }
        let other = self.row(url: "https://other.example").value
        #expect(throws: LedgerError.self) { _ = try AnchorRow(row.key, value: other) }
    }

    @Test func theStateIsFoundWithoutTheRest() {
        for count in [1, 10, 23, 24, 25, 200, 255, 256, 300, 1000] {
            for state in [AnchorRow.State.pending, .complete, .abandoned] {
                let url = Text(String(repeating: "u", count: count))
                let value = row(url: url, state).value
                #expect(AnchorRow.state(of: value.span) == state, "\(count) bytes")
            }
        }
        for value: [UInt8] in [[], [0x86], [0x86, 0x7B, 0, 0], [0x86, 0x63, 1, 2, 3]] {
            #expect(AnchorRow.state(of: value.span) == nil)
        }
    }

    @Test func aNameIsHostAndPathAlone() {
        #expect(row().name == "time.example/tsr")
        #expect(row(url: "http://127.0.0.1:3161").name == "127.0.0.1:3161")
        #expect(row(url: "https://me:secret@time.example/a@b?key=1").name == "time.example/a@b")
        #expect(row(url: "").name == "")
    }

    // MARK: - In a store

    @Test func aPageEndsWithAWholeHead() throws {
        let shelf = try StoreShelf()
        for size: UInt64 in [3, 5, 9] {
            for url: Text in ["a", "b", "c"] { try shelf.store.put(row(size, url: url)) }
        }
        func page(_ sizes: ClosedRange<UInt64>, _ limit: Int, more: Int = 9) throws -> [UInt64] {
            try shelf.store.anchorPage(of: sizes, limit: limit, more: more).map(\.size)
        }
        #expect(try page(1...9, 100) == [3, 3, 3, 5, 5, 5, 9, 9, 9])
        #expect(try page(1...9, 1) == [3, 3, 3])
        #expect(try page(1...9, 4) == [3, 3, 3, 5, 5, 5])
        #expect(try page(4...8, 3) == [5, 5, 5])
        #expect(try page(10 ... .max, 3) == [])
        // No page has more than it may, whatever is stored about one head.
        #expect(try page(1...9, 1, more: 1) == [3, 3])
    }

    @Test func evidenceOfASourceComesFromTheLargestHeadDown() throws {
        let shelf = try StoreShelf()
        let store = shelf.store
        let states: [AnchorRow.State] = [.pending, .complete, .abandoned, .pending]
        for (place, state) in states.enumerated() {
            let size = UInt64(place + 1)
            try store.put(row(size, .openTimestamps, url: "c", state))
            try store.put(row(size, .openTimestamps, url: "other", .pending))
            try store.put(row(size, .timestamp, url: "c"))
        }
        let source = AnchorRow.Key.source("c")
        func sizes(
            _ state: AnchorRow.State?, _ limit: Int, among rows: Int? = nil
        ) throws -> [UInt64] {
            try store.newestAnchors(
                of: .openTimestamps, source, in: state, limit: limit, among: rows
            ).map(\.size)
        }
        #expect(try sizes(nil, 9) == [4, 3, 2, 1])
        #expect(try sizes(.pending, 9) == [4, 1])
        #expect(try sizes(.pending, 1) == [4])
        #expect(try sizes(.complete, 1) == [2])
        #expect(try sizes(.complete, 1, among: 6) == [])
        #expect(Set(try store.anchorSources(among: 9).map(\.source)).count == 2)
    }
}
