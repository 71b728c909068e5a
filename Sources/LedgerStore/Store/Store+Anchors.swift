package import Merkle
import RocksDB

extension Store {
    /// Stores evidence about a head, in place of what the same source gave about it; it is on the
    /// disk when this returns.
    package func put(_ anchor: AnchorRow) throws(LedgerError) {
        try write(.anchor, sync: true) { rows in rows.put(anchor) }
    }

    /// The evidence about the head of a size, at most `limit` of it.
    package func anchors(
        ofSize size: UInt64, limit: Int
    ) throws(LedgerError) -> [AnchorRow] {
        var found: [AnchorRow] = []
        try forEachAnchor(of: size...size, limit: limit) { key, value throws(LedgerError) in
            found.append(try Self.anchor(key, value))
            return true
        }
        return found
    }

    /// One row; nil where it is not there.
    package func anchor(_ key: AnchorRow.Key) throws(LedgerError) -> AnchorRow? {
        guard let value = try value(key.bytes, in: anchors) else { return nil }
        return try AnchorRow(key, value: value)
    }

    /// The evidence about heads of `sizes`, rising: at most `limit` rows, and with the last head's
    /// all that there is about it, up to `more` rows beyond.
    package func anchorPage(
        of sizes: ClosedRange<UInt64>, limit: Int, more: Int
    ) throws(LedgerError) -> [AnchorRow] {
        var found: [AnchorRow] = []
        try forEachAnchor(of: sizes, limit: limit + more) { key, value throws(LedgerError) in
            let row = try Self.anchor(key, value)
            guard found.count < limit || found.last?.size == row.size else { return false }
            found.append(row)
            return true
        }
        return found
    }

    /// The evidence of one source, of the largest head first, in this state or in any: at most
    /// `limit`, of the newest `rows` of all sources, or of all that there are where that is nil.
    ///
    /// All are some hundred megabytes for each year of a busy ledger.
    package func newestAnchors(
        of kind: AnchorRow.Kind, _ source: Hash, in state: AnchorRow.State?, limit: Int,
        among rows: Int? = nil
    ) throws(LedgerError) -> [AnchorRow] {
        let suffix = [kind.rawValue] + source.bytes
        let found = try reading { () throws(RocksDBError) -> [([UInt8], [UInt8])] in
            var found: [([UInt8], [UInt8])] = []
            var left = rows ?? .max
            var rows = try Iterator(over: anchors, of: database, fillsCache: false)
            try rows.seekToLast()
            while left > 0, found.count < limit, let key = rows.key {
                left -= 1
                if key.dropFirst(8).elementsEqual(suffix),
                    state == nil || rows.withValue({ AnchorRow.state(of: $0) }) == state,
                    let value = rows.value
                {
                    found.append((key, value))
                }
                try rows.previous()
            }
            return found
        }
        return try found.map { key, value throws(LedgerError) in try Self.anchor(key, value) }
    }

    /// The sources of the newest `limit` rows: kind and name as in their keys.
    package func anchorSources(
        among limit: Int
    ) throws(LedgerError) -> [(kind: AnchorRow.Kind, source: Hash)] {
        let keys = try reading { () throws(RocksDBError) -> [[UInt8]] in
            var keys: [[UInt8]] = []
            var rows = try Iterator(over: anchors, of: database, fillsCache: false)
            try rows.seekToLast()
            while keys.count < limit, let key = rows.key {
                keys.append(key)
                try rows.previous()
            }
            return keys
        }
        return keys.compactMap { AnchorRow.Key($0) }.map { ($0.kind, $0.source) }
    }

    /// Calls `body` with key and value of the rows about heads of `sizes`, rising, at most `limit`,
    /// as long as it returns true.
    package func forEachAnchor(
        of sizes: ClosedRange<UInt64>, limit: Int,
        _ body: ([UInt8], [UInt8]) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        var failure: LedgerError?
        try reading { () throws(RocksDBError) in
            var rows = try Iterator(
                over: anchors, of: database, lowerBound: StoreLayout.key(sizes.lowerBound),
                upperBound: sizes.upperBound == .max ? nil : StoreLayout.key(sizes.upperBound + 1),
                fillsCache: false)
            try rows.seekToFirst()
            for _ in 0..<limit {
                guard failure == nil, let key = rows.key, let value = rows.value else { return }
                do throws(LedgerError) {
                    guard try body(key, value) else { return }
                } catch {
                    failure = error
                }
                try rows.next()
            }
        }
        if let failure { throw failure }
    }

    /// Reads a row of this family.
    package static func anchor(
        _ key: [UInt8], _ value: [UInt8]
    ) throws(LedgerError) -> AnchorRow {
        guard let key = AnchorRow.Key(key) else {
            throw .corrupt("a key of anchors is not size, kind and source")
        }
        return try AnchorRow(key, value: value)
    }
}
