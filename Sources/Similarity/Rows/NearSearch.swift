import CHamming
import Manifests

/// One pass over the pieces of an index, which keeps the nearest rows.
///
/// Each row is read once, however many orientations are looked for.
package struct NearSearch {
    /// How bits are counted; the fastest that the processor has, unless a test says otherwise.
    private let way: chamming_way

    private var search = chamming_search()

    /// Begins a search.
    package init(_ query: LikenessQuery, way: Way = .best) {
        self.way = way.code
        let words = query.hashes.flatMap { hash in
            let words = hash.words
            return words.indices.map { words[$0] }
        }
        unsafe chamming_begin(
            &search, words, UInt32(query.hashes.count), UInt32(query.distance),
            UInt32(query.limit))
        if let after = query.after {
            unsafe chamming_go_on(&search, UInt32(after.distance), after.index)
        }
    }

    /// Looks at the rows of a piece; pieces come in the order of their entries.
    package mutating func look(at piece: HashPiece) {
        // The arrays are not changed meanwhile, and have four words and a place for each row.
        unsafe chamming_scan(
            &search, piece.words, piece.places, piece.rowCount, piece.first, way)
    }

    /// Rows that are near enough and behind the query's place, be they kept or not.
    package var matchCount: UInt64 { search.match_count }

    /// The rows that were kept, the nearest first.
    package mutating func rows() -> [NearRow] {
        let count = search.hit_count
        var rows: [NearRow] = []
        for place in 0..<count {
            let hit = unsafe chamming_hit_at(&search, place)
            rows.append(
                NearRow(
                    entry: hit.row, distance: Int(hit.distance), orientation: Int(hit.query)))
        }
        return rows.sorted(by: NearRow.isBefore)
    }

    /// A way to count bits.
    package enum Way: CaseIterable, Sendable {
        /// By instructions that every processor has.
        case plain
        /// By one instruction a word, where the processor has it.
        case popcnt
        /// Eight words at once, where the processor has that.
        case avx512
        /// The fastest of these.
        case best

        fileprivate var code: chamming_way {
            switch self {
            case .plain: CHAMMING_PLAIN
            case .popcnt: CHAMMING_POPCNT
            case .avx512: CHAMMING_AVX512
            case .best: chamming_best_way()
            }
        }
    }
}
