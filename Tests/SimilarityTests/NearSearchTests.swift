import Encoding
import Foundation
import Manifests
import Similarity
import TestSupport
import Testing

/// A search gives what the definition gives, by each way to count bits.
@Suite struct NearSearchTests {
    /// Pieces of random rows, some of which are near to the first row, with erased ones between.
    private static func pieces(_ random: inout SeededRandom) -> [HashPiece] {
        let centre = PDQHash.random(using: &random).words
        return (0..<3).map { number in
            var piece = HashPiece(first: UInt64(number) * SimilarityLimit.pieceEntries)
            for place in 0..<700 where !random.happens(10) {
                var words = PDQHash.random(using: &random).words
                if random.happens(30) {
                    words = centre
                    for _ in 0..<random.number(below: 45) {
                        words[random.number(below: 4)] ^= 1 << UInt64(random.number(below: 64))
                    }
                }
                piece.append(
                    PDQHash(words[0], words[1], words[2], words[3]),
                    of: piece.first + UInt64(place))
            }
            for place in 0..<700 where random.happens(5) {
                _ = piece.erase(piece.first + UInt64(place))
            }
            return piece
        }
    }

    /// The rows that are near, from the definition.
    private static func expected(
        _ query: LikenessQuery, in pieces: [HashPiece]
    ) -> [NearRow] {
        var rows: [NearRow] = []
        for piece in pieces {
            for entry in piece.first..<piece.first + 700 {
                guard let hash = piece.hash(of: entry) else { continue }
                let distances = query.hashes.map { $0.distance(to: hash) }
                guard let least = distances.min(), least <= query.distance,
                    let orientation = distances.firstIndex(of: least)
                else { continue }
                rows.append(NearRow(entry: entry, distance: least, orientation: orientation))
            }
        }
        return rows.sorted { ($0.distance, $0.entry) < ($1.distance, $1.entry) }
    }

    @Test(arguments: NearSearch.Way.allCases)
    func eachWayFindsWhatTheDefinitionFinds(way: NearSearch.Way) throws {
        var random = SeededRandom(for: "eachWayFindsWhatTheDefinitionFinds")
        for count in 1...SimilarityLimit.orientations {
            let pieces = Self.pieces(&random)
            // Forms of the picture that is near to many rows, and hashes that are near to none.
            let near = try #require(
                pieces.flatMap { piece in
                    (piece.first..<piece.first + 700).compactMap { piece.hash(of: $0) }
                }.randomElement(using: &random))
            var hashes = (1..<max(2, count)).map { _ in
                PDQHash.random(using: &random)
            }
            hashes = Array(hashes.prefix(count - 1)) + [near]
            let (distance, limit) = (random.number(below: 32), 1 + random.number(below: 100))
            let query = try LikenessQuery(hashes, distance: distance, limit: limit)
            var search = NearSearch(query, way: way)
            for piece in pieces { search.look(at: piece) }
            let expected = Self.expected(query, in: pieces)
            #expect(search.rows() == Array(expected.prefix(limit)), "\(random)")
            #expect(search.matchCount == UInt64(expected.count), "\(random)")
            try Self.expectPages(of: query, in: pieces, way, expected, "\(random)")
        }
    }

    /// From place to place each row comes once, in its order.
    private static func expectPages(
        of query: LikenessQuery, in pieces: [HashPiece], _ way: NearSearch.Way,
        _ expected: [NearRow], _ words: String
    ) throws {
        var rows: [NearRow] = []
        while true {
            let after = try rows.last.map { row in
                try #require(LikenessPlace(distance: row.distance, index: row.entry))
            }
            var search = NearSearch(
                try LikenessQuery(
                    query.hashes, distance: query.distance, limit: 7, after: after), way: way)
            for piece in pieces { search.look(at: piece) }
            #expect(Int(search.matchCount) == expected.count - rows.count, "\(words)")
            let page = search.rows()
            guard !page.isEmpty, rows.count < expected.count else { break }
            rows += page
        }
        #expect(rows == expected, "\(words)")
    }

    /// Of rows that are as far away the earlier ones are kept, and the nearest orientation counts.
    @Test func anEarlierEntryComesFirst() throws {
        let (hash, other) = (PDQHash(5, 6, 7, 8), PDQHash(1, 1, 1, 1))
        var piece = HashPiece(first: 0)
        for entry in 0..<200 as Range<UInt64> { piece.append(hash, of: entry) }
        var search = NearSearch(try LikenessQuery([other, hash], limit: 3))
        search.look(at: piece)
        #expect(
            search.rows()
                == (0..<3).map { NearRow(entry: $0, distance: 0, orientation: 1) })
        #expect(search.matchCount == 200)
    }

    /// An erased row is found by nothing, not even by a hash of zeros.
    @Test func anErasedRowIsNotFound() throws {
        var piece = HashPiece(first: 0)
        piece.append(PDQHash(1, 2, 3, 4), of: 9)
        #expect(piece.erase(9) && !piece.erase(9))
        for hash in [PDQHash(1, 2, 3, 4), PDQHash(0, 0, 0, 0)] {
            for way in NearSearch.Way.allCases {
                var search = NearSearch(try LikenessQuery([hash]), way: way)
                search.look(at: piece)
                #expect(search.rows().isEmpty && search.matchCount == 0)
            }
        }
        #expect(piece.words.allSatisfy { $0 == 0 })
    }

    /// Meta's own needles in Meta's own haystack.
    @Test(.enabled(if: try Vectors.arePresent))
    func theNeedlesAreFoundInTheHaystack() throws {
        let haystack = try Self.hashes("haystack.txt")
        #expect(haystack.count > 1_000)
        var piece = HashPiece(first: 0)
        for (entry, hash) in haystack.enumerated() { piece.append(hash, of: UInt64(entry)) }
        var found = 0
        for needle in try Self.hashes("needles.txt") {
            let query = try LikenessQuery([needle], limit: SimilarityLimit.entries)
            var search = NearSearch(query)
            search.look(at: piece)
            let near = haystack.enumerated().filter { $1.distance(to: needle) <= query.distance }
            #expect(search.matchCount == UInt64(near.count))
            let rows = search.rows()
            #expect(rows.map(\.distance) == rows.map(\.distance).sorted())
            #expect(Set(rows.map { Int($0.entry) }).isSubset(of: near.map(\.offset)))
            #expect(rows.count == min(near.count, query.limit))
            found += rows.count
        }
        #expect(found > 0, "some needles are in the haystack")
    }

    private static func hashes(_ name: String) throws -> [PDQHash] {
        let file = Vectors.folder.appending(path: "phash/pdq/hashes/\(name)")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            try #require(PDQHash(Text(String(line))), "\(line)")
        }
    }
}
