import Encoding
import IndexMap
import Merkle
import TestSupport
import Testing

/// Keys, names and what a leaf is indexed by.
@Suite struct IndexKeyTests {
    private struct Published: Decodable {
        let keys: [String: String]
        let roots: [Root]

        struct Root: Decodable {
            let entries: Int
            let root: String
        }
    }

    @Test(.enabled(if: try Vectors.arePresent, "the published vectors are not beside the package"))
    func thePublishedKeysAreReached() throws {
        let published = try Vectors.one(Published.self, at: "index/index.json")
        let names = [
            "artifact of 32 zero bytes": IndexName.artifact(.zero),
            "sub urn:x:0": try .sub("urn:x:0"),
            "iss https://pops.example/0": try .iss("https://pops.example/0"),
            "title https://s.example/d#7": try .title(drop: "https://s.example/d", serial: 7),
        ]
        #expect(published.keys == names.mapValues { $0.key.hash.description })
        let empty = try #require(published.roots.first { $0.entries == 0 })
        #expect(empty.root == IndexTrie().root.description)
    }

    @Test func theBitsOfAKeyGoFromTheHighestOfItsFirstByte() {
        let key = TestEntries.key([0x80, 0x01])
        #expect((0..<256).filter { key.bit(at: $0) } == [0, 15])
        #expect(TestEntries.key([], fill: 0xFF).bit(at: 255))
        #expect(key.commonBits(with: TestEntries.key([0x80, 0x03])) == 14)
        #expect(key.commonBits(with: key) == 256)
        let last = TestEntries.key(Array(repeating: 0, count: 24) + [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(last.tag == 0x0102_0304_0506_0708)
        #expect(last.commonBits(with: TestEntries.key([])) == 24 * 8 + 7)
    }

    @Test func aPrefixHoldsExactlyTheKeysThatBeginSo() {
        var random = SeededRandom(for: "prefixes")
        for depth in 0...256 {
            let key = TestEntries.key(random.bytes(32))
            let prefix = IndexPrefix(of: key, depth: depth)
            #expect(prefix.contains(key) && prefix.first <= key && key <= prefix.last)
            #expect(prefix.first.commonBits(with: prefix.last) == depth, "\(random)")
            let other = TestEntries.key(random.bytes(32))
            let isBetween = prefix.first <= other && other <= prefix.last
            #expect(prefix.contains(other) == isBetween, "\(random)")
        }
    }

    @Test func aLeafHasAKeyForEachDigestItsThreadItsIssuerAndEachCopy() throws {
        let digests = [Hash.sha256([1]), .sha256([2])]
        let drop: Text = "https://s.example/d"
        let labels = IndexedLabels(
            digests: digests, sub: "urn:x:1", iss: "https://pops.example/0",
            titles: try TitleCopies(7...9, of: drop))
        let expected = try [
            .artifact(digests[0]), .artifact(digests[1]), .sub("urn:x:1"),
            .iss("https://pops.example/0"), .title(drop: drop, serial: 7),
            .title(drop: drop, serial: 8), IndexName.title(drop: drop, serial: 9),
        ]
        #expect(try labels.keys() == expected.map(\.key))
        #expect(Set(try labels.keys()).count == 7)
        let edition = IndexedLabels(
            digests: [], sub: drop, iss: nil, titles: TitleCopies(editionOf: drop))
        let names = try [IndexName.sub(drop), .title(drop: drop, serial: 0)]
        #expect(try edition.keys() == names.map(\.key))
    }

    @Test func aLeafThatIsNoneOfOursHasNoKeysAtAll() throws {
        let many = (0...UInt8(230)).map { Hash.sha256([$0]) }
        let cases: [(IndexedLabels, IndexNameError)] = [
            (IndexedLabels(digests: many, sub: nil, iss: nil), .tooManyDigests(231)),
            (IndexedLabels(digests: [.zero, .zero], sub: nil, iss: nil), .digestTwice),
            (IndexedLabels(digests: [], sub: "", iss: nil), .uriLength(0)),
            (IndexedLabels(digests: [], sub: nil, iss: "a b"), .uriCharacter),
            (
                IndexedLabels(
                    digests: [], sub: nil, iss: nil, titles: TitleCopies(editionOf: "a#b")),
                .serial
            ),
        ]
        for (labels, error) in cases {
            #expect(throws: error) { try labels.keys() }
        }
        #expect(throws: IndexNameError.copies) { try TitleCopies(0...1, of: "urn:d") }
        #expect(throws: IndexNameError.copies) { try TitleCopies(1...65, of: "urn:d") }
        #expect(try TitleCopies(1...64, of: "urn:d").serials.count == 64)
    }

    @Test func aNameHasOneForm() throws {
        let drop = Array("urn:d".utf8)
        let long = Array(repeating: UInt8(ascii: "a"), count: 256)
        let refused: [(UInt64, [UInt8], IndexNameError)] = [
            (4, [], .unknownKind(4)), (256, [], .unknownKind(256)),
            (0, Array(repeating: 0, count: 31), .digestLength(31)),
            (1, long, .uriLength(256)), (2, [], .uriLength(0)), (1, [0x80], .uriCharacter),
            (2, Array("a\"".utf8), .uriCharacter), (3, drop, .noSerial),
            (3, drop + Array("#".utf8), .serial), (3, drop + Array("#07".utf8), .serial),
            (3, drop + Array("#+7".utf8), .serial), (3, drop + Array("#10000001".utf8), .serial),
            (3, drop + Array("#7#7".utf8), .serial), (3, Array("#7".utf8), .uriLength(0)),
        ]
        for (kind, value, error) in refused {
            #expect(throws: error) { try IndexName(kind: kind, value: value) }
            #expect(!error.description.isEmpty)
        }
        for serial in ["0", "7", "10000000"] {
            let name = try IndexName(kind: 3, value: drop + Array("#\(serial)".utf8))
            let same = try IndexName.title(
                drop: "urn:d", serial: try #require(UInt64(serial)))
            #expect(name == same && name.kind == .title)
        }
        let uri = "AZaz09-._~:/?#[]@!$&'()*+,;=%"
        #expect(try IndexName.iss(Text(uri)).value == Array(uri.utf8))
        #expect(try IndexName.sub(Text(uri)).key != IndexName.iss(Text(uri)).key)
    }
}
