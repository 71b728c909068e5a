import RocksDB

extension Store {
    /// The newest head, signed or not; nil in a store that was never finished.
    package func newestHead() throws(LedgerError) -> HeadRow? {
        let row = try reading { () throws(RocksDBError) -> ([UInt8], [UInt8])? in
            var rows = try Iterator(over: heads, of: database)
            try rows.seekToLast()
            guard let key = rows.key, let value = rows.value else { return nil }
            return (key, value)
        }
        guard let (key, value) = row else { return nil }
        return try HeadRow(size: Self.index(key, of: "heads"), value: value)
    }

    /// The newest head that has a note; nil where none was ever signed.
    package func newestSignedHead() throws(LedgerError) -> HeadRow? {
        var failure: LedgerError?
        let found = try reading { () throws(RocksDBError) -> HeadRow? in
            var rows = try Iterator(over: heads, of: database)
            try rows.seekToLast()
            while failure == nil, let key = rows.key, let value = rows.value {
                do throws(LedgerError) {
                    let row = try HeadRow(size: Self.index(key, of: "heads"), value: value)
                    if row.receipt != nil { return row }
                } catch {
                    failure = error
                }
                try rows.previous()
            }
            return nil
        }
        if let failure { throw failure }
        return found
    }

    /// Calls `read` with the heads of at most `size`, the newest first, as they are stored, until
    /// it returns one, which is returned; nil where it takes none of the newest `limit`.
    package func newestHead(
        upTo size: UInt64, among limit: Int,
        _ read: (UInt64, [UInt8]) throws(LedgerError) -> HeadRow?
    ) throws(LedgerError) -> HeadRow? {
        var failure: LedgerError?
        let found = try reading { () throws(RocksDBError) -> HeadRow? in
            var rows = try Iterator(
                over: heads, of: database,
                upperBound: size == .max ? nil : StoreLayout.key(size + 1), fillsCache: false)
            try rows.seekToLast()
            for _ in 0..<limit {
                guard let key = rows.key, let value = rows.value else { break }
                do throws(LedgerError) {
                    if let row = try read(Self.index(key, of: "heads"), value) { return row }
                } catch {
                    failure = error
                    break
                }
                try rows.previous()
            }
            return nil
        }
        if let failure { throw failure }
        return found
    }

    /// Stores a head again, now that it is signed; not synced, since it can be signed again.
    package func put(_ head: HeadRow) throws(LedgerError) {
        try write(.head, sync: false) { rows in rows.put(head) }
    }

    /// Stores a published head again, with more evidence than it had; `sync` where those who gave
    /// it may not be there to give it again, and `mark` where it is served from now on.
    package func put(
        evidence head: HeadRow, sync: Bool = true, _ mark: ServedMark? = nil
    ) throws(LedgerError) {
        try write(.evidence, sync: sync) { rows in
            rows.put(head)
            if let mark { rows.put(mark) }
        }
    }

    /// Remembers which heads were served, on the disk; with them all that was written before.
    package func put(_ mark: ServedMark) throws(LedgerError) {
        guard try servedMark() != mark else { return }
        try write(.evidence, sync: true) { rows in rows.put(mark) }
    }

    /// Which heads were served; nil where no program has written it down.
    package func servedMark() throws(LedgerError) -> ServedMark? {
        guard let value = try value(StoreLayout.MetaName.served, in: meta) else { return nil }
        guard let mark = ServedMark(value) else {
            throw .corrupt("the row \"served\" of meta is not 8 bytes")
        }
        return mark
    }

    package func head(size: UInt64) throws(LedgerError) -> HeadRow? {
        guard let value = try value(StoreLayout.key(size), in: heads) else { return nil }
        return try HeadRow(size: size, value: value)
    }

    /// The heads of the sizes from `start` to below `end`, rising, at most `limit`, as they are
    /// stored: `HeadRow` reads them.
    package func headValues(
        from start: UInt64, below end: UInt64, limit: Int
    ) throws(LedgerError) -> [(size: UInt64, value: [UInt8])] {
        guard start < end else { return [] }
        return try reading { () throws(RocksDBError) in
            var found: [(size: UInt64, value: [UInt8])] = []
            var rows = try Iterator(
                over: heads, of: database, lowerBound: StoreLayout.key(start),
                upperBound: StoreLayout.key(end), fillsCache: false)
            try rows.seekToFirst()
            while found.count < limit, let key = rows.key, let value = rows.value {
                if let size = StoreLayout.number(key) { found.append((size, value)) }
                try rows.next()
            }
            return found
        }
    }

    /// The newest head of at most `size` whose time is below `time`, in POSIX seconds.
    ///
    /// Times rise with sizes (log.md §3), so half of what is left is ruled out by each row read.
    package func newestHead(
        before time: UInt64, upTo size: UInt64
    ) throws(LedgerError) -> HeadRow? {
        // Heads below `low` are older than `time`, those from `high` on are not.
        var (low, high): (UInt64, UInt64) = (0, size + 1)
        var found: HeadRow?
        while low < high {
            let middle = low + (high - low) / 2
            guard let row = try headValues(from: middle, below: high, limit: 1).first else {
                high = middle
                continue
            }
            let head = try HeadRow(size: row.size, value: row.value)
            if head.time < time {
                (low, found) = (row.size + 1, head)
            } else {
                high = middle
            }
        }
        return found
    }

    /// Whether evidence is stored for the head of a size.
    package func hasEvidence(size: UInt64) throws(LedgerError) -> Bool {
        try !keys(
            in: anchors, from: StoreLayout.key(size),
            to: size == .max ? nil : StoreLayout.key(size + 1), limit: 1
        ).isEmpty
    }

    /// Writes the files of the heads anew, without those that were removed.
    package func compactHeads() throws(LedgerError) {
        try reading { () throws(RocksDBError) in try database.compact(heads) }
    }
}
