import Encoding
import Ledger
import LedgerStore
import Merkle
import Provenance
import Testing

/// The lists of a ledger as its leaves say, read one after the other.
struct NaiveLists {
    private var artifacts: [Hash: [UInt64]] = [:]
    private var threads: [Text: [UInt64]] = [:]
    private var issuers: [Text: [UInt64]] = [:]

    /// Reads all entries of a ledger, of which it has 256 at most.
    init(_ ledger: Ledger) throws {
        let size = ledger.head().size
        let bytes = try #require(try ledger.entryBundle(index: 0, width: Int(size)))
        var (start, index) = (0, UInt64(0))
        while start < bytes.count {
            // C2SP tlog-tiles: each entry behind its length in 2 bytes.
            let end = start + 2 + Int(bytes[start]) << 8 + Int(bytes[start + 1])
            let statement = try Statement(leaf: Array(bytes[(start + 2)..<end]))
            for digest in statement.subjectDigests { artifacts[digest, default: []].append(index) }
            threads[statement.subject, default: []].append(index)
            issuers[statement.issuer, default: []].append(index)
            (start, index) = (end, index + 1)
        }
        #expect(index == size)
    }

    /// Holds each list of the ledger to the leaves: all of it, and a page from its middle.
    func expectSame(in ledger: Ledger, _ place: SourceLocation = #_sourceLocation) throws {
        for (digest, indexes) in artifacts {
            try expect(indexes, place) { try ledger.entries(subject: digest, after: $0, limit: $1) }
        }
        for (kind, lists) in [(ThreadKind.subject, threads), (.issuer, issuers)] {
            for (name, indexes) in lists {
                try expect(indexes, place) {
                    try ledger.thread(kind, name, after: $0, limit: $1)
                }
            }
        }
        let nobody = try ledger.entries(subject: .sha256([0xFF]), after: nil, limit: 9)
        #expect(nobody.isEmpty, sourceLocation: place)
        #expect(
            try ledger.thread(.issuer, "no URI", after: nil, limit: 9).isEmpty,
            sourceLocation: place)
    }

    private func expect(
        _ indexes: [UInt64], _ place: SourceLocation,
        _ list: (UInt64?, Int) throws -> [EntryReference]
    ) throws {
        #expect(try list(nil, 1000).map(\.index) == indexes, sourceLocation: place)
        let middle = indexes.count / 2
        #expect(
            try list(indexes[middle], 2).map(\.index)
                == Array(indexes[(middle + 1)...].prefix(2)),
            sourceLocation: place)
    }
}
