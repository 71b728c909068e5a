import IndexMap
import Merkle
import TestSupport
import Testing

/// What a proof with some pages says about one entry.
@Suite struct IndexListingTests {
    private static let name = IndexName.artifact(.sha256([9]))

    /// 1,000 entries at every second index from 100 on, of which some positions are shown.
    private func listing(_ pages: [Range<UInt64>]) throws -> IndexListing {
        let records = (0..<UInt64(1000)).map {
            IndexRecord(key: Self.name.key, index: 100 + 2 * $0)
        }
        let map = try TestMap(records, size: 3000)
        let parts = try pages.flatMap { positions in
            try map.trie.proof(of: Self.name, positions: positions, reading: map.rows).pages
        }
        let whole = try map.trie.proof(of: Self.name, reading: map.rows)
        let proof = IndexProof(name: Self.name, path: whole.path, end: whole.end, pages: parts)
        return try proof.listing(under: map.trie.root, size: 3000)
    }

    @Test func allPagesAnswerForEveryEntry() throws {
        for pages in [[0..<1000], [0..<1, 1..<500, 500..<1000]] as [[Range<UInt64>]] {
            let listing = try listing(pages)
            #expect(listing.isWhole && listing.count == 1000 && listing.runs.count == 1)
            for index in 0..<UInt64(3000) {
                let isListed = (100..<2100).contains(index) && index.isMultiple(of: 2)
                #expect(listing.answer(about: index) == (isListed ? .listed : .notListed))
            }
        }
    }

    /// An entry is not listed only between neighbours that are here, or beyond an end that is.
    @Test func whatStandsOnAMissingPageIsNotShown() throws {
        let listing = try listing([10..<20, 20..<30, 50..<60])
        #expect(!listing.isWhole && listing.count == 1000)
        #expect(listing.runs.map(\.from) == [10, 50] && listing.runs.map(\.end) == [30, 60])
        let answers: [(UInt64, IndexListing.Answer)] = [
            (0, .notShown), (119, .notShown), (120, .listed), (121, .notListed), (139, .notListed),
            (158, .listed), (159, .notShown), (199, .notShown), (200, .listed), (218, .listed),
            (219, .notShown), (2999, .notShown),
        ]
        for (index, answer) in answers { #expect(listing.answer(about: index) == answer) }
    }

    @Test func whatStandsBeyondAnEndThatIsHereIsNotListed() throws {
        let first = try listing([0..<10])
        #expect(first.answer(about: 99) == .notListed && first.answer(about: 119) == .notShown)
        let last = try listing([990..<1000])
        #expect(last.answer(about: 2099) == .notListed && last.answer(about: 99) == .notShown)
        let none = try listing([])
        #expect(none.answer(about: 100) == .notShown && !none.isWhole && none.count == 1000)
    }
}
