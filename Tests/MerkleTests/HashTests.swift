import Merkle
import Testing

@Suite struct HashTests {
    /// Byte i of the digest is i, so that a swapped byte or word shows.
    private static let counting = [UInt8](0..<32)

    @Test func theEmptyTreeHasTheDigestOfNothing() {
        #expect(
            Hash.emptyTree.description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    /// FIPS 180-4's example.
    @Test func aPlainDigestIsTheStandardOne() {
        #expect(
            Hash.sha256(Array("abc".utf8)).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func bytesComeBackAsTheyWereTaken() throws {
        let hash = try #require(Hash(Self.counting))
        #expect(hash.bytes == Self.counting)
        #expect(
            hash.description == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        var bytes: [UInt8] = [7]
        hash.append(to: &bytes)
        #expect(bytes == [7] + Self.counting)
    }

    @Test func theZeroHashHasOnlyZeroBytes() {
        #expect(Hash.zero.bytes == [UInt8](repeating: 0, count: 32))
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func bytesOfAnyOtherCountAreNoHash(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(Hash(bytes) == nil)
        #expect(Hash(bytes[...]) == nil)
        #expect(Hash(bytes.span) == nil)
    }

    @Test func aSliceIsReadFromItsOwnStart() {
        let bytes = [9, 9, 9] + Self.counting + [9]
        #expect(Hash(bytes[3..<35]) == Hash(Self.counting))
        #expect(Hash.sha256(bytes[3..<35]) == Hash.sha256(Self.counting))
        #expect(Hash.leaf(bytes[3..<35]) == Hash.leaf(Self.counting))
    }

    /// RFC 9162 §2.1.1; around the hasher's block size of 64 bytes.
    @Test(arguments: [0, 1, 54, 55, 56, 62, 63, 64, 65, 127, 128, 1000])
    func aLeafIsTheDigestOfAZeroByteAndItsEntry(count: Int) {
        let entry = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        #expect(Hash.leaf(entry) == Hash.sha256([0] + entry))
        #expect(Hash.leaf(entry.span) == Hash.leaf(entry))
        #expect(Hash.leaf(entry[...]) == Hash.leaf(entry))
    }

    /// RFC 9162 §2.1.1.
    @Test func aNodeIsTheDigestOfAOneByteAndItsChildren() {
        let (left, right) = (Hash.leaf([1]), Hash.leaf([2]))
        #expect(Hash.node(left, right) == Hash.sha256([1] + left.bytes + right.bytes))
        #expect(Hash.node(left, right) != Hash.node(right, left))
    }

    @Test func aLeafNeverHashesLikeANode() {
        let (left, right) = (Hash.leaf([1]), Hash.leaf([2]))
        #expect(Hash.leaf(left.bytes + right.bytes) != Hash.node(left, right))
    }

    /// What other trees are made of: a prefix, hashes, and numbers of 8 bytes, big-endian.
    @Test func hashesAndNumbersAreHashedAsTheirBytes() throws {
        let (left, right) = (try #require(Hash(Self.counting)), Hash.leaf([2]))
        let (one, two): ([UInt8], [UInt8]) = ([1, 2, 3, 4, 5, 6, 7, 8], [9, 0, 0, 0, 0, 0, 0, 10])
        let (first, second): (UInt64, UInt64) = (0x0102_0304_0506_0708, 0x0900_0000_0000_000A)
        #expect(Hash.leaf(first) == Hash.leaf(one))
        #expect(Hash.pair(3, left, right) == .sha256([3] + left.bytes + right.bytes))
        let between = [4] + left.bytes + one + right.bytes
        #expect(Hash.pair(4, left, first, right) == .sha256(between))
        #expect(Hash.link(2, left, first, second) == .sha256([2] + left.bytes + one + two))
    }

    @Test func concatenatedHashesAreSplitInOrder() throws {
        let hashes = (0..<256).map { Hash.leaf([UInt8($0)]) }
        let bytes = hashes.flatMap(\.bytes)
        #expect(Hash.list(bytes.span) == hashes)
        #expect(Hash.list(bytes.span.extracting(..<0)) == [])
        #expect(Hash.list(bytes.span.extracting(..<33)) == nil)
    }
}
