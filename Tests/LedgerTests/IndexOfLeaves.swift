import Encoding
import IndexMap
import Ledger
import Merkle
import Provenance
import Testing

/// The index of a ledger as its leaves say, read one after the other.
struct IndexOfLeaves {
    /// The records of all statements, by their names.
    private(set) var entries: [IndexName: [UInt64]] = [:]

    /// The index heads, rising by index.
    private(set) var heads: [(index: UInt64, head: IndexHead)] = []

    /// Number of entries.
    let size: UInt64

    /// Reads all entries of a ledger.
    init(_ ledger: Ledger) throws {
        size = ledger.head().size
        for bundle in 0...(size - 1) / 256 {
            let first = bundle * 256
            let width = Int(min(256, size - first))
            let bytes = try #require(try ledger.entryBundle(index: bundle, width: width))
            try read(bytes, from: first)
        }
    }

    private mutating func read(_ bytes: [UInt8], from first: UInt64) throws {
        var (start, index) = (0, first)
        while start < bytes.count {
            // C2SP tlog-tiles: each entry behind its length in 2 bytes.
            let end = start + 2 + Int(bytes[start]) << 8 + Int(bytes[start + 1])
            let leaf = Array(bytes[(start + 2)..<end])
            if let head = try? IndexHead(leaf: leaf) {
                heads.append((index, head))
            } else {
                let statement = try Statement(leaf: leaf)
                for digest in statement.subjectDigests { add(.artifact(digest), index) }
                add(try .sub(statement.subject), index)
                add(try .iss(statement.issuer), index)
            }
            (start, index) = (end, index + 1)
        }
    }

    private mutating func add(_ name: IndexName, _ index: UInt64) {
        entries[name, default: []].append(index)
    }

    /// The root of the map over the first `size` entries.
    func root(below size: UInt64) throws -> Hash {
        var builder = IndexTrieBuilder(size: size)
        let records = entries.flatMap { name, indexes in
            indexes.filter { $0 < size }.map { IndexRecord(key: name.key, index: $0) }
        }
        for record in records.sorted() { try builder.add(record) }
        return builder.finish().root
    }

    /// Holds each head to the leaves, and each list that the ledger proves.
    func expectSame(in ledger: Ledger, _ place: SourceLocation = #_sourceLocation) throws {
        for (index, head) in heads {
            #expect(head.size <= index, sourceLocation: place)
            #expect(head.map == (try root(below: head.size)), sourceLocation: place)
            #expect(head.tree == (try ledger.root(ofSize: head.size)), sourceLocation: place)
        }
        for (name, indexes) in entries {
            try expect(indexes, of: name, in: ledger, place)
        }
        try expect([], of: .artifact(.sha256([0xFF])), in: ledger, place)
    }

    private func expect(
        _ indexes: [UInt64], of name: IndexName, in ledger: Ledger, _ place: SourceLocation
    ) throws {
        let proof = try #require(try ledger.complete([name], positions: 0..<4096))
        let head = proof.head.head
        let covered = indexes.filter { $0 < head.size }
        let listing = try proof.proofs[0].listing(under: head.map, size: head.size)
        #expect(listing.isWhole, sourceLocation: place)
        #expect(listing.runs.flatMap(\.indexes) == covered, sourceLocation: place)
        // A page from the middle of a list.
        let middle = UInt64(covered.count) / 2 + 1
        let part = try #require(try ledger.complete([name], positions: middle..<middle + 3))
        guard case .list = part.proofs[0].end else { return }
        let page = try part.proofs[0].listing(under: head.map, size: head.size)
        #expect(
            page.runs.flatMap(\.indexes) == Array(covered[Int(middle)...].prefix(3)),
            sourceLocation: place)
    }
}
