package import IndexMap
import Manifests
import Merkle
package import Provenance
import RocksDB

/// The keys of one leaf after the other, read in place where leaves have their usual form.
package struct LeafKeys {
    /// The keys of the leaf that was read last, in the order of MapFn v1 (index.md §1).
    package private(set) var keys: [IndexKey] = []

    private var scratch: [UInt8] = []
    private var issuer: [UInt8] = []
    private var issuerKey: IndexKey?

    /// Has read nothing yet.
    package init() {}

    /// Reads a leaf; false where it is neither a statement nor an index head, which has no keys.
    package mutating func read(_ leaf: Span<UInt8>) -> Bool {
        if let fields = LeafFields(leaf) {
            read(fields, of: leaf)
        } else if let statement = try? Statement(leaf: leaf.copied()) {
            read(statement)
        } else {
            guard (try? IndexHead(leaf: leaf.copied())) != nil else { return false }
            keys.removeAll(keepingCapacity: true)
        }
        return true
    }

    /// Takes the keys of a statement that has been read.
    package mutating func read(_ statement: Statement) { keys = statement.indexKeys }

    /// Reads the keys of a leaf whose fields were found.
    package mutating func read(_ fields: LeafFields, of leaf: Span<UInt8>) {
        keys.removeAll(keepingCapacity: true)
        for position in 0..<fields.artifactCount {
            keys.append(IndexKey(.artifact, wellFormed: leaf.extracting(fields.artifact(position))))
        }
        keys.append(IndexKey(.sub, wellFormed: leaf.extracting(fields.subject)))
        // Statements of one issuer come in a row.
        scratch.removeAll(keepingCapacity: true)
        for place in fields.issuer { scratch.append(leaf[place]) }
        guard scratch != issuer || issuerKey == nil else {
            if let issuerKey { keys.append(issuerKey) }
            return
        }
        let key = IndexKey(.iss, wellFormed: scratch.span)
        (issuer, issuerKey) = (scratch, key)
        keys.append(key)
    }
}

extension Store {
    /// Calls `body` with index and keys of each entry from `start` to below `end`, as long as it
    /// returns true.
    ///
    /// - Throws: `.corrupt` where an entry is not there, or cannot be read: a list without it
    ///   would be wrong.
    package func forEachKeys(
        from start: UInt64, below end: UInt64, _ body: (UInt64, [IndexKey]) -> Bool
    ) throws(LedgerError) {
        var leafKeys = LeafKeys()
        var next = start
        var goesOn = true
        try forEach(in: entries, between: start, and: end) { index, leaf throws(LedgerError) in
            guard index == next else { throw Self.missing(next) }
            guard leafKeys.read(leaf.span) else {
                throw .corrupt("entry \(index) is not a statement; run colophond fsck")
            }
            goesOn = body(index, leafKeys.keys)
            next += 1
            return goesOn
        }
        guard !goesOn || next == end else { throw Self.missing(next) }
    }

    /// Why an entry that must exist is not read.
    static func missing(_ index: UInt64) -> LedgerError {
        .corrupt("entry \(index) has no row; run colophond fsck")
    }
}
