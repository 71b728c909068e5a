package import IndexMap
package import Merkle

/// The map of some records and its proofs, from the definitions of index.md §2 and §5: slow, and by
/// nothing of the library but its types.
package struct NaiveIndex {
    private let records: [IndexRecord]

    /// Takes the records of a log's first entries.
    package init(_ records: [IndexRecord]) {
        self.records = records
    }

    /// The root of the map.
    package var root: Hash { Self.node(records, 0) }

    /// The proof of a name; of a list the entries at `positions`, page by page.
    package func proof(
        of name: IndexName, positions: Range<Int> = 0..<Int.max, page: Int = 4096
    ) -> IndexProof {
        var (path, part) = ([Hash?](), records)
        while Self.shape(part) == .branch {
            let depth = path.count
            let sides = Self.split(part, depth)
            let isRight = name.key.bit(at: depth)
            let beside = Self.node(isRight ? sides.0 : sides.1, depth + 1)
            path.append(beside == .zero ? nil : beside)
            part = isRight ? sides.1 : sides.0
        }
        switch Self.shape(part) {
        case .empty: return IndexProof(name: name, path: path, end: .empty)
        case .bucket:
            let chained = Self.chained(part).map {
                IndexProofEnd.Record(tag: $0.key.tag, index: $0.index)
            }
            return IndexProof(name: name, path: path, end: .bucket(chained))
        case .list, .branch:
            let indexes = part.map(\.index).sorted()
            let end = IndexProofEnd.list(
                key: part[0].key, count: UInt64(indexes.count), root: Self.tree(indexes))
            guard part[0].key == name.key else {
                return IndexProof(name: name, path: path, end: end)
            }
            let shown = positions.clamped(to: 0..<indexes.count)
            let pages = stride(from: shown.lowerBound, to: shown.upperBound, by: page).map {
                Self.page($0..<min($0 + page, shown.upperBound), of: indexes)
            }
            return IndexProof(name: name, path: path, end: end, pages: pages)
        }
    }

    private enum Shape { case empty, bucket, list, branch }

    private static func shape(_ part: [IndexRecord]) -> Shape {
        guard !part.isEmpty else { return .empty }
        guard part.count > 64 else { return .bucket }
        return Set(part.map(\.key)).count == 1 ? .list : .branch
    }

    private static func node(_ part: [IndexRecord], _ depth: Int) -> Hash {
        switch shape(part) {
        case .empty: return .zero
        case .bucket:
            return chained(part).reduce(Hash.zero) { link, record in
                .sha256([2] + link.bytes + record.key.hash.bytes.suffix(8) + bytes(record.index))
            }
        case .list:
            let indexes = part.map(\.index).sorted()
            return .sha256(
                [4] + part[0].key.hash.bytes + bytes(UInt64(indexes.count)) + tree(indexes).bytes)
        case .branch:
            let sides = split(part, depth)
            let nodes = (node(sides.0, depth + 1), node(sides.1, depth + 1))
            return .sha256([3] + nodes.0.bytes + nodes.1.bytes)
        }
    }

    private static func split(
        _ part: [IndexRecord], _ depth: Int
    ) -> ([IndexRecord], [IndexRecord]) {
        (part.filter { !$0.key.bit(at: depth) }, part.filter { $0.key.bit(at: depth) })
    }

    private static func chained(_ part: [IndexRecord]) -> [IndexRecord] {
        part.sorted { $0.index == $1.index ? $0.key < $1.key : $0.index < $1.index }
    }

    /// The tree of RFC 9162 §2.1.1 over indexes.
    private static func tree(_ indexes: some Collection<UInt64>) -> Hash {
        var range = CompactRange()
        for index in indexes { range.append(.sha256([0] + bytes(index))) }
        return range.root
    }

    private static func page(_ positions: Range<Int>, of indexes: [UInt64]) -> IndexPage {
        func around(_ range: Range<Int>) -> [Hash] {
            var hashes: [Hash] = []
            var start = range.lowerBound
            while start < range.upperBound {
                var width = 1
                while start % (2 * width) == 0, start + 2 * width <= range.upperBound { width *= 2 }
                hashes.append(tree(indexes[start..<start + width]))
                start += width
            }
            return hashes
        }
        return IndexPage(
            from: UInt64(positions.lowerBound), indexes: Array(indexes[positions]),
            left: around(0..<positions.lowerBound),
            right: around(positions.upperBound..<indexes.count))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }
}
