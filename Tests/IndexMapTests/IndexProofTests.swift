import IndexMap
import Merkle
import TestSupport
import Testing

/// Proofs of random maps: what they list, and that none can be altered.
@Suite struct IndexProofTests {
    private static let hot = IndexName.artifact(.sha256([0]))
    private static let warm = IndexName.artifact(.sha256([1]))

    /// A map in which `hot` has 700 entries and `warm` has 5, beside random ones.
    private func map(_ random: inout SeededRandom) throws -> TestMap {
        var map = try TestMap()
        for start in stride(from: UInt64(0), to: 1400, by: 200) {
            var records = TestEntries.random(start..<start + 200, &random)
            for index in start..<start + 200 where index.isMultiple(of: 2) {
                records.append(IndexRecord(key: Self.hot.key, index: index))
            }
            if start < 1000 { records.append(IndexRecord(key: Self.warm.key, index: start + 3)) }
            try map.add(records, to: start + 200)
        }
        return map
    }

    /// Each name is listed exactly as the rows say, also once the proof was written and read.
    @Test func aProofListsExactlyTheEntriesOfItsName() throws {
        var random = SeededRandom(for: "listed entries")
        let map = try map(&random)
        let others = (0..<200).map { _ in IndexName.artifact(.sha256(random.bytes(8))) }
        for name in [Self.hot, Self.warm] + others {
            let proof = try map.trie.proof(of: name, reading: map.rows)
            let listing = try proof.listing(under: map.trie.root, size: map.trie.size)
            let expected = map.indexes(of: name.key)
            #expect(listing.count == UInt64(expected.count) && listing.isWhole, "\(random)")
            #expect(listing.runs.flatMap(\.indexes) == expected, "\(random)")
            #expect(try IndexProof(proof.encoded) == proof, "\(random)")
            #expect(proof.encoded.count <= IndexProof.maximumByteCount)
        }
        #expect(map.indexes(of: Self.hot.key).count == 700)
        #expect(map.indexes(of: Self.warm.key).count == 5)
    }

    /// The sizes of the design: a proof of absence at this size is short.
    @Test func aProofOfAbsenceHasAPathAndABucketAtMost() throws {
        var random = SeededRandom(for: "absence")
        let map = try map(&random)
        for _ in 0..<100 {
            let name = IndexName.artifact(.sha256(random.bytes(8)))
            let proof = try map.trie.proof(of: name, reading: map.rows)
            #expect(proof.encoded.count <= 34 * proof.path.count + 64 * 16 + 64, "\(random)")
        }
    }

    @Test(arguments: [(0, 700), (0, 1), (1, 255), (255, 256), (256, 600), (699, 700), (300, 301)])
    func aPageLeadsToTheRootOfItsListWhereverItBegins(from: UInt64, to: UInt64) throws {
        var random = SeededRandom(for: "pages")
        let map = try map(&random)
        let proof = try map.trie.proof(of: Self.hot, positions: from..<to, reading: map.rows)
        let read = try IndexProof(proof.encoded)
        let listing = try read.listing(under: map.trie.root, size: map.trie.size)
        #expect(listing.runs.count == 1 && listing.runs[0].from == from)
        #expect(listing.runs[0].indexes == (from..<to).map { 2 * $0 } && listing.count == 700)
        #expect(listing.isWhole == (from == 0 && to == 700))
    }

    @Test func positionsBehindTheEndAndBeyondTheLimitAreLeftOut() throws {
        let count: UInt64 = 70_000
        let records = (0..<count).map { IndexRecord(key: Self.hot.key, index: $0) }
        let map = try TestMap(records, size: count)
        let all = try map.trie.proof(of: Self.hot, positions: 0..<(.max), reading: map.rows)
        #expect(all.pages.count == 16 && all.pages.allSatisfy { $0.indexes.count == 4096 })
        #expect(all.encoded.count <= IndexProof.maximumByteCount)
        let end = try map.trie.proof(of: Self.hot, positions: 69_000..<80_000, reading: map.rows)
        #expect(end.pages.map(\.indexes.count) == [1000])
        let none = try map.trie.proof(of: Self.hot, positions: 80_000..<90_000, reading: map.rows)
        #expect(none.pages.isEmpty)
        let listing = try none.listing(under: map.trie.root, size: count)
        #expect(listing.count == count && listing.runs.isEmpty)
    }

    /// A bit of a name may be turned into the name of another key of the same node, of which the
    /// proof is as true; every other bit makes it false.
    @Test func everyBitThatIsFlippedMakesAProofFalse() throws {
        var random = SeededRandom(for: "flipped bits")
        let map = try map(&random)
        let absent = IndexName.artifact(.sha256(random.bytes(8)))
        let proofs = [
            try map.trie.proof(of: Self.warm, reading: map.rows),
            try map.trie.proof(of: absent, reading: map.rows),
            try map.trie.proof(of: Self.hot, positions: 250..<270, reading: map.rows),
        ]
        for proof in proofs {
            let bytes = proof.encoded
            for place in bytes.indices {
                var bad = bytes
                bad[place] ^= 1 << UInt8(random.number(below: 8))
                guard let altered = try? IndexProof(bad),
                    let listing = try? altered.listing(
                        under: map.trie.root, size: map.trie.size)
                else { continue }
                #expect(altered.name != proof.name, "byte \(place) \(random)")
                let listed = listing.runs.flatMap(\.indexes)
                #expect(listed == map.indexes(of: altered.name.key), "byte \(place) \(random)")
            }
        }
    }

    @Test func aProofIsOfItsMapAlone() throws {
        var random = SeededRandom(for: "another map")
        let map = try map(&random)
        let proof = try map.trie.proof(of: Self.warm, reading: map.rows)
        #expect(throws: IndexProofError.rootDiffers) {
            try proof.listing(under: .sha256([1]), size: map.trie.size)
        }
        let last = try #require(map.indexes(of: Self.warm.key).last)
        #expect(throws: IndexProofError.self) {
            try proof.listing(under: map.trie.root, size: last)
        }
    }

    /// Nothing leaves that would not hold: rows that have changed since are found here.
    @Test func aProofIsMadeOfRightRowsOnly() throws {
        var random = SeededRandom(for: "proof of other rows")
        let map = try map(&random)
        var rows = map.rows
        rows.records.removeAll { $0.key == Self.warm.key }
        #expect(throws: IndexError<MemoryRows.Failure>.self) {
            try map.trie.proof(of: Self.warm, reading: rows)
        }
        rows = map.rows
        rows.lists[Self.hot.key] = nil
        let differs = IndexError<MemoryRows.Failure>.listDiffers(Self.hot.key)
        #expect(throws: differs) { try map.trie.proof(of: Self.hot, reading: rows) }
        rows = map.rows
        rows.tiles[Self.hot.key]?[TileID(level: 0, index: 1)]?[9] = .zero
        #expect(throws: differs) {
            try map.trie.proof(of: Self.hot, positions: 0..<256, reading: rows)
        }
        rows = map.rows
        let place = try #require(rows.records.firstIndex { $0.key == Self.hot.key })
        rows.records[place + 3] = IndexRecord(key: Self.hot.key, index: 7)
        #expect(throws: differs) { try map.trie.proof(of: Self.hot, reading: rows) }
        rows.failure = MemoryRows.Failure()
        #expect(throws: IndexError.failed(MemoryRows.Failure())) {
            try map.trie.proof(of: Self.hot, reading: rows)
        }
    }
}
