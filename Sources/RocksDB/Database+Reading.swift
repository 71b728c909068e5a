import CRocksDB

extension Database {
    /// Calls `body` with the value of `key` in RocksDB's own memory, without a copy.
    ///
    /// - Returns: what `body` returns, or nil where there is no such row.
    public func withValue<Result>(
        for key: Span<UInt8>, in family: ColumnFamily, snapshot: Snapshot? = nil,
        _ body: (Span<UInt8>) -> Result
    ) throws(RocksDBError) -> Result? {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        let options = try unsafe open.readOptions(for: snapshot)
        PerformanceContext.stop()
        let slice = try unsafe key.withCBytes { start, count throws(RocksDBError) in
            try unsafe checked { error in
                unsafe rocksdb_get_pinned_cf(
                    open.database, options, handle, start, count, error)
            }
        }
        guard let slice = unsafe slice else { return nil }
        // It pins files and memory of the database, so it goes first.
        defer { unsafe rocksdb_pinnableslice_destroy(slice) }
        var count = 0
        let start = unsafe rocksdb_pinnableslice_value(slice, &count)
        return unsafe withSpan(start: start, count: count, body)
    }

    /// Calls `body` with the value of `key` in RocksDB's own memory, without a copy.
    ///
    /// - Returns: what `body` returns, or nil where there is no such row.
    public func withValue<Result>(
        for key: [UInt8], in family: ColumnFamily, snapshot: Snapshot? = nil,
        _ body: (Span<UInt8>) -> Result
    ) throws(RocksDBError) -> Result? {
        try withValue(for: key.span, in: family, snapshot: snapshot, body)
    }

    /// Returns a copy of the value of `key`, or nil where there is no such row.
    public func get(
        _ key: Span<UInt8>, in family: ColumnFamily, snapshot: Snapshot? = nil
    ) throws(RocksDBError) -> [UInt8]? {
        try withValue(for: key, in: family, snapshot: snapshot) { $0.copied() }
    }

    /// Returns a copy of the value of `key`, or nil where there is no such row.
    public func get(
        _ key: [UInt8], in family: ColumnFamily, snapshot: Snapshot? = nil
    ) throws(RocksDBError) -> [UInt8]? {
        try withValue(for: key.span, in: family, snapshot: snapshot) { $0.copied() }
    }

    /// Calls `body` with the place in `keys` and the value, uncopied, of each row that exists.
    ///
    /// One call costs less than as many calls of `withValue`, and sees all rows at one moment.
    /// Nothing is passed on unless every key could be read.
    public func withValues(
        for keys: [[UInt8]], in family: ColumnFamily, snapshot: Snapshot? = nil,
        _ body: (Int, Span<UInt8>) -> Void
    ) throws(RocksDBError) {
        try unsafe withCBytes(of: keys) { starts, counts throws(RocksDBError) in
            try unsafe withValues(at: starts, counts, in: family, snapshot: snapshot, body)
        }
    }

    /// The same for keys of one length, which lie one behind the other in `keys`.
    ///
    /// - Parameter byteCount: the bytes of each key, at least 1.
    public func withValues(
        for keys: [UInt8], each byteCount: Int, in family: ColumnFamily,
        _ body: (Int, Span<UInt8>) -> Void
    ) throws(RocksDBError) {
        precondition(
            byteCount > 0 && keys.count.isMultiple(of: byteCount), "keys are of one length")
        let count = keys.count / byteCount
        guard count > 0 else { return }
        try unsafe keys.span.withCBytes { start, _ throws(RocksDBError) in
            let starts = unsafe (0..<count).map { place -> UnsafePointer<CChar>? in
                unsafe start + place * byteCount
            }
            let counts = [Int](repeating: byteCount, count: count)
            try unsafe withValues(at: starts, counts, in: family, snapshot: nil, body)
        }
    }

    private func withValues(
        at starts: [UnsafePointer<CChar>?], _ counts: [Int], in family: ColumnFamily,
        snapshot: Snapshot?, _ body: (Int, Span<UInt8>) -> Void
    ) throws(RocksDBError) {
        let open = try opened()
        defer { withExtendedLifetime(open) {} }
        let handle = try unsafe open.handle(of: family)
        let options = try unsafe open.readOptions(for: snapshot)
        var slices = unsafe [OpaquePointer?](repeating: nil, count: counts.count)
        defer {
            unsafe slices.forEach { unsafe rocksdb_pinnableslice_destroy($0) }
        }
        var errors = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: counts.count)
        PerformanceContext.stop()
        unsafe rocksdb_batched_multi_get_cf(
            open.database, options, handle, counts.count, starts, counts, &slices, &errors, false)
        try unsafe throwFirst(of: errors)
        for index in counts.indices {
            guard let slice = unsafe slices[index] else { continue }
            var count = 0
            let start = unsafe rocksdb_pinnableslice_value(slice, &count)
            unsafe withSpan(start: start, count: count) { body(index, $0) }
        }
    }

    /// Frees all of `errors`, and throws the first of them.
    private func throwFirst(
        of errors: [UnsafeMutablePointer<CChar>?]
    ) throws(RocksDBError) {
        let messages = unsafe errors.compactMap { text -> String? in
            guard let text = unsafe text else { return nil }
            defer { unsafe rocksdb_free(text) }
            return unsafe String(cString: text)
        }
        if let first = messages.first { throw RocksDBError(status: first) }
    }
}
