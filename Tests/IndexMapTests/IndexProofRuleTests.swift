import Encoding
import IndexMap
import Merkle
import TestSupport
import Testing

/// Each rule of index.md §5, broken once.
@Suite struct IndexProofRuleTests {
    private static let name = IndexName.artifact(.sha256([0]))
    private static let key = name.key

    /// A key that parts from the name's at one bit.
    private static func beside(_ depth: Int) -> IndexKey {
        var bytes = key.hash.bytes
        bytes[depth / 8] ^= 0x80 >> UInt8(depth % 8)
        return IndexKey(Hash(bytes) ?? .zero)
    }

    /// A list of 100 entries of the name, beside a list at its first bit, an empty node, and a
    /// bucket: a way of three.
    private func list() throws -> (map: TestMap, proof: IndexProof) {
        var records: [IndexRecord] = []
        for index in 0..<UInt64(100) {
            records.append(IndexRecord(key: Self.key, index: 3 * index))
            records.append(IndexRecord(key: Self.beside(0), index: 3 * index))
        }
        records += (0..<UInt64(9)).map { IndexRecord(key: Self.beside(2), index: 300 + $0) }
        let map = try TestMap(records, size: 400)
        return (map, try map.trie.proof(of: Self.name, reading: map.rows))
    }

    /// A bucket of 5 entries of the name and 4 others, beside a list.
    private func bucket() throws -> (map: TestMap, proof: IndexProof) {
        var records = (0..<UInt64(70)).map { IndexRecord(key: Self.beside(0), index: $0) }
        records += (0..<UInt64(5)).map { IndexRecord(key: Self.key, index: 100 + 2 * $0) }
        records += (0..<UInt64(4)).map { IndexRecord(key: Self.beside(3), index: 101 + 2 * $0) }
        let map = try TestMap(records, size: 400)
        return (map, try map.trie.proof(of: Self.name, reading: map.rows))
    }

    private func expect(
        _ error: IndexProofError, _ made: (map: TestMap, proof: IndexProof),
        path: [Hash?]? = nil, end: IndexProofEnd? = nil, pages: [IndexPage]? = nil,
        size: UInt64 = 400, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let proof = IndexProof(
            name: made.proof.name, path: path ?? made.proof.path, end: end ?? made.proof.end,
            pages: pages ?? made.proof.pages)
        #expect(throws: error, sourceLocation: sourceLocation) {
            try proof.listing(under: made.map.trie.root, size: size)
        }
        #expect(!error.description.isEmpty)
    }

    @Test func theWayMustLeadToTheRoot() throws {
        let made = try list()
        let path = made.proof.path
        #expect(path.count == 3 && path[1] == nil)
        expect(.rootDiffers, made, path: [path[0], path[1], path[0]])
        expect(.rootDiffers, made, path: [path[1], path[0], path[2]])
        expect(.rootDiffers, made, path: Array(path.dropLast()))
        expect(.rootDiffers, made, path: path + [path[0]])
        expect(.rootDiffers, made, path: [])
        expect(.zeroSibling(depth: 1), made, path: [path[0], .zero, path[2]])
        let none = IndexProofEnd.empty
        expect(.emptyBranch(depth: 2), made, path: [path[0], path[1], nil], end: none, pages: [])
        let long = Array(repeating: path[0], count: 257)
        expect(.form(.path), made, path: long, end: none, pages: [])
        expect(.rootDiffers, made, end: none, pages: [])
    }

    /// Omission, a shortened and a lengthened bucket, another tag, another order.
    @Test func aBucketHasAllOfItsRecordsInTheirOrder() throws {
        let made = try bucket()
        guard case .bucket(let records) = made.proof.end else {
            Issue.record("the name is in no bucket")
            return
        }
        #expect(records.count == 9)
        expect(.rootDiffers, made, end: .bucket(Array(records.dropLast())))
        expect(.rootDiffers, made, end: .bucket(Array(records.dropFirst())))
        expect(.rootDiffers, made, end: .bucket(records + [records[8]]))
        var other = records
        other[4] = .init(tag: other[4].tag ^ 1, index: other[4].index)
        expect(.rootDiffers, made, end: .bucket(other))
        var moved = records
        moved[4] = .init(tag: moved[4].tag, index: moved[4].index - 1)
        expect(.rootDiffers, made, end: .bucket(moved))
        var swapped = records
        swapped.swapAt(2, 3)
        expect(.bucketOrder, made, end: .bucket(swapped))
        expect(.bucketLength(0), made, end: .bucket([]))
        let many = Array(repeating: records[8], count: 65)
        expect(.bucketLength(65), made, end: .bucket(many))
        expect(.indexAboveSize(records[8].index), made, size: records[8].index)
        expect(.pagesWithoutList, made, pages: try list().proof.pages)
        let list = IndexProofEnd.list(key: Self.key, count: 65, root: .zero)
        expect(.rootDiffers, made, end: list)
    }

    /// Two keys of one tag in one bucket: an entry is listed once, and at most.
    @Test func anEntryIsListedOnceWhateverItsTags() throws {
        var bytes = Self.key.hash.bytes
        bytes[10] ^= 1
        let twin = IndexKey(Hash(bytes) ?? .zero)
        #expect(twin.tag == Self.key.tag)
        let records = [
            IndexRecord(key: Self.key, index: 5), IndexRecord(key: twin, index: 5),
            IndexRecord(key: twin, index: 7),
        ]
        let map = try TestMap(records, size: 10)
        let proof = try map.trie.proof(of: Self.name, reading: map.rows)
        let listing = try proof.listing(under: map.trie.root, size: 10)
        #expect(listing.runs.flatMap(\.indexes) == [5, 7])
    }

    @Test func aListSaysHowManyItHas() throws {
        let made = try list()
        guard case .list(let key, let count, let root) = made.proof.end else {
            Issue.record("the name has no list")
            return
        }
        #expect(key == Self.key && count == 100)
        expect(.listLength(64), made, end: .list(key: key, count: 64, root: root))
        expect(.listLength(401), made, end: .list(key: key, count: 401, root: root))
        expect(
            .listLength(1 << 63 + 1), made, end: .list(key: key, count: 1 << 63 + 1, root: root),
            size: .max)
        let shorter = IndexProofEnd.list(key: key, count: 99, root: root)
        expect(.pageOutsideList(from: 0), made, end: shorter)
        expect(.rootDiffers, made, end: shorter, pages: [])
        expect(.rootDiffers, made, end: .list(key: key, count: count, root: .zero), pages: [])
        let elsewhere = IndexProofEnd.list(key: Self.beside(1), count: count, root: root)
        expect(.listElsewhere, made, end: elsewhere, pages: [])
        let other = IndexProofEnd.list(key: Self.beside(9), count: count, root: root)
        expect(.pagesWithoutList, made, end: other)
        expect(.rootDiffers, made, end: other, pages: [])
    }

    /// Who asks for a name finds the list of another at the end of its way: none are listed.
    @Test func theListOfAnotherKeyShowsThatThereAreNone() throws {
        let records = (0..<UInt64(70)).map { IndexRecord(key: Self.beside(5), index: $0) }
        let map = try TestMap(records, size: 70)
        let proof = try map.trie.proof(of: Self.name, reading: map.rows)
        let listing = try proof.listing(under: map.trie.root, size: 70)
        #expect(listing.count == 0 && listing.isWhole && proof.pages.isEmpty)
        #expect(listing.answer(about: 3) == .notListed)
    }

    @Test func pagesRiseAndLeadToTheRootOfTheList() throws {
        let (map, whole) = try list()
        let parts = try [0..<10, 10..<40, 60..<100].map { positions in
            try map.trie.proof(of: Self.name, positions: positions, reading: map.rows).pages[0]
        }
        let made = (map: map, proof: whole)
        let proof = IndexProof(name: Self.name, path: whole.path, end: whole.end, pages: parts)
        #expect(try proof.listing(under: map.trie.root, size: 400).runs.map(\.end) == [40, 100])
        expect(.pageOrder(from: 0), made, pages: [parts[1], parts[0]])
        expect(.pageOrder(from: 10), made, pages: [parts[0], parts[1], parts[1]])
        expect(.pageOrder(from: 10), made, pages: whole.pages + [parts[1]])
        let page = parts[1]
        func altered(
            from: UInt64? = nil, _ indexes: [UInt64]? = nil, left: [Hash]? = nil,
            right: [Hash]? = nil
        ) -> IndexPage {
            IndexPage(
                from: from ?? page.from, indexes: indexes ?? page.indexes,
                left: left ?? page.left, right: right ?? page.right)
        }
        var indexes = page.indexes
        indexes[3] += 1
        expect(.pageRoot(from: 10), made, pages: [altered(indexes)])
        indexes[3] = indexes[2]
        expect(.listOrder(indexes[2]), made, pages: [altered(indexes)])
        indexes[3] = 400
        expect(.indexAboveSize(400), made, pages: [altered(indexes)])
        expect(.listOrder(27), made, pages: [parts[0], altered([27] + page.indexes.dropFirst())])
        expect(.pageLength(0), made, pages: [altered([])])
        expect(.pageLength(4097), made, pages: [altered(Array(0..<4097))], size: 5000)
        // A page that leaves out its last entry, or shows it at another place.
        expect(.pageSubtrees(from: 10), made, pages: [altered(Array(page.indexes.dropLast()))])
        expect(.pageSubtrees(from: 11), made, pages: [altered(from: 11)])
        expect(
            .pageRoot(from: 12), made, pages: [altered(from: 12, Array(page.indexes.dropLast(2)))])
        expect(.pageOutsideList(from: 71), made, pages: [altered(from: 71)])
        expect(.pageOutsideList(from: .max), made, pages: [altered(from: .max)])
        expect(.pageSubtrees(from: 10), made, pages: [altered(left: page.left + [.zero])])
        expect(.pageSubtrees(from: 10), made, pages: [altered(right: Array(page.right.dropLast()))])
        expect(.pageRoot(from: 10), made, pages: [altered(left: page.left.reversed())])
        expect(.pageRoot(from: 10), made, pages: [altered(right: page.right.reversed())])
        let many = (0..<UInt64(17)).map { position in
            IndexPage(from: position, indexes: [3 * position], left: [], right: [])
        }
        expect(.form(.pages), made, pages: many)
    }

    /// The form of each member, and the one encoding.
    @Test func aProofHasOneForm() throws {
        let hash = CBOR.bytes(Hash.sha256([1]).bytes)
        let value = CBOR.bytes(Self.name.value)
        let empty = CBOR.array([.unsigned(0)])
        func proof(
            kind: CBOR = .unsigned(0), value: CBOR = value, path: CBOR = .array([]),
            end: CBOR = empty, pages: [CBOR] = []
        ) -> CBOR { .array([kind, value, path, end, .array(pages)]) }
        func page(
            from: CBOR = .unsigned(0), indexes: Int = 8, left: CBOR = .array([]),
            right: CBOR = .array([])
        ) -> CBOR {
            let bytes = CBOR.bytes(Array(repeating: 0, count: indexes))
            return proof(pages: [.array([from, bytes, left, right])])
        }
        let short = CBOR.bytes([1])
        let many = CBOR.array(Array(repeating: hash, count: 257))
        let cases: [(CBOR, IndexProofError)] = [
            (.null, .form(.proof)), (.array([]), .form(.proof)),
            (proof(kind: .int(-1)), .form(.kind)), (proof(value: .null), .form(.value)),
            (proof(kind: .unsigned(4)), .name(.unknownKind(4))),
            (proof(value: short), .name(.digestLength(1))),
            (proof(path: .null), .form(.path)), (proof(path: .array([short])), .form(.path)),
            (proof(path: many), .form(.path)), (proof(end: .array([])), .form(.end)),
            (proof(end: .array([.unsigned(3)])), .form(.end)),
            (proof(end: .array([.unsigned(0), .null])), .form(.end)),
            (proof(end: .array([.unsigned(1), short])), .form(.end)),
            (proof(end: .array([.unsigned(1), .bytes([])])), .bucketLength(0)),
            (
                proof(end: .array([.unsigned(1), .bytes(Array(repeating: 0, count: 65 * 16))])),
                .bucketLength(65)
            ),
            (proof(end: .array([.unsigned(2), hash, .unsigned(65), short])), .form(.end)),
            (proof(end: .array([.unsigned(2), hash, .int(-1), hash])), .form(.end)),
            (proof(pages: [.null]), .form(.page)), (page(from: .null), .form(.page)),
            (page(indexes: 0), .form(.indexes)), (page(indexes: 9), .form(.indexes)),
            (page(indexes: 8 * 4097), .form(.indexes)),
            (page(left: .array([short])), .form(.subtrees)),
            (page(right: .array(Array(repeating: hash, count: 127))), .form(.subtrees)),
            (proof(pages: Array(repeating: .null, count: 17)), .form(.pages)),
        ]
        for (item, error) in cases {
            #expect(throws: error, "\(item)") { try IndexProof(item.encoded()) }
            #expect(!error.description.isEmpty)
        }
        let bytes = proof().encoded()
        #expect(try IndexProof(bytes).encoded == bytes)
        let trailing = IndexProofError.encoding(CBORError(.trailingBytes, at: bytes.count))
        #expect(throws: trailing) { try IndexProof(bytes + [0]) }
        #expect(throws: IndexProofError.encoding(CBORError(.notShortest, at: 1))) {
            try IndexProof([0x85, 0x18, 0x00] + bytes.dropFirst(2))
        }
        let long = Array(repeating: UInt8(0), count: IndexProof.maximumByteCount + 1)
        #expect(throws: IndexProofError.tooLong(long.count)) { try IndexProof(long) }
    }
}
