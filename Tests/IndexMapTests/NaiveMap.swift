import IndexMap
import Merkle

/// The map as index.md §2 defines it, word for word: what the tests compare everything with.
enum NaiveMap {
    /// node(S, d) of records whose keys agree in their first `depth` bits.
    static func node(_ records: [IndexRecord], _ depth: Int = 0) -> Hash {
        if records.isEmpty { return .zero }
        if records.count <= 64 {
            let chained = records.sorted { ($0.index, $0.key) < ($1.index, $1.key) }
            return chained.reduce(.zero) { link, record in
                .sha256([2] + link.bytes + record.key.hash.bytes.suffix(8) + bytes(record.index))
            }
        }
        let key = records[0].key
        if records.allSatisfy({ $0.key == key }) {
            let root = tree(records.map(\.index).sorted()[...])
            return .sha256([4] + key.hash.bytes + bytes(UInt64(records.count)) + root.bytes)
        }
        let isRight = { (record: IndexRecord) in
            (record.key.hash.bytes[depth / 8] >> (7 - depth % 8)) & 1 == 1
        }
        let left = node(records.filter { !isRight($0) }, depth + 1)
        return .sha256([3] + left.bytes + node(records.filter(isRight), depth + 1).bytes)
    }

    /// MTH of RFC 9162 §2.1.1 over indexes.
    static func tree(_ indexes: ArraySlice<UInt64>) -> Hash {
        if indexes.count == 1 { return .sha256([0] + bytes(indexes[indexes.startIndex])) }
        var split = 1
        while 2 * split < indexes.count { split *= 2 }
        let right = tree(indexes.dropFirst(split))
        return .sha256([1] + tree(indexes.prefix(split)).bytes + right.bytes)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}
