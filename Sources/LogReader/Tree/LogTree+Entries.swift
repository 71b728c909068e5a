import Checkpoints
import Merkle

extension LogTree {
    /// Number of bundles, the last of which may be partial.
    public var bundleCount: UInt64 {
        (size + UInt64(TileID.width) - 1) / UInt64(TileID.width)
    }

    /// Returns the entry at `index`.
    public func entry(at index: UInt64) async throws(LogError) -> [UInt8] {
        guard index < size else { throw .outside(index: index, size: size) }
        let bundle = index / UInt64(TileID.width)
        return try await leaves(ofBundle: bundle)[Int(index % UInt64(TileID.width))]
    }

    /// Hands the entries of `range` to `body` in their order, each with its index.
    ///
    /// Some bundles are read ahead, ``LogLimits/bundlesAhead``; no more than that is in memory.
    public func forEachEntry(
        in range: Range<UInt64>, _ body: (UInt64, [UInt8]) async throws -> Void
    ) async throws {
        guard range.upperBound <= size else {
            throw LogError.outside(index: range.upperBound, size: size)
        }
        guard !range.isEmpty else { return }
        let width = UInt64(TileID.width)
        // Each bundle is proven by it: it is read once, before several are asked for.
        _ = try await borderTiles()
        let bundles = range.lowerBound / width..<(range.upperBound - 1) / width + 1
        var index = bundles.lowerBound * width
        try await Self.readingAhead(bundles, by: LogLimits.bundlesAhead) {
            bundle async throws(LogError) in
            try await leaves(ofBundle: bundle)
        } _: { leaves in
            for leaf in try leaves.get() {
                if range.contains(index) { try await body(index, leaf) }
                index += 1
            }
        }
    }

    /// Reads the entries of `range`, and throws where one of them is not proven.
    public func requireEntries(_ range: Range<UInt64>) async throws(LogError) {
        guard range.upperBound <= size else {
            throw .outside(index: range.upperBound, size: size)
        }
        guard !range.isEmpty else { return }
        let width = UInt64(TileID.width)
        for bundle in range.lowerBound / width...(range.upperBound - 1) / width {
            _ = try await leaves(ofBundle: bundle)
        }
    }

    /// Returns the entries of one bundle.
    ///
    /// The tile over it need not be read: a full bundle is proven by the tile above that.
    func leaves(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]] {
        let bundle = try await bundle(index)
        let hashes = bundle.leaves.map { Hash.leaf($0) }
        let id = TileID(level: 0, index: index)
        let isProven: Bool
        if hashes.count == TileID.width {
            let above = TileID(level: 1, index: index / UInt64(TileID.width))
            let place = Int(index % UInt64(TileID.width))
            isProven = try await tiles([above]).hashes(of: above)[place] == node(over: hashes)
        } else {
            isProven = try await borderTiles().hashes(of: id) == hashes
        }
        guard isProven else {
            throw .refuted(path: bundle.path, reason: "does not have the entries of the log")
        }
        return bundle.leaves
    }

    /// Returns the entries of one bundle as the file has them.
    ///
    /// Not proven: for a reader that compares the root over all entries itself, and for whom a
    /// tile that is damaged must not hide entries that are not.
    public func uncheckedLeaves(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]] {
        try await bundle(index).leaves
    }

    private func bundle(
        _ index: UInt64
    ) async throws(LogError) -> (path: String, leaves: [[UInt8]]) {
        let width = StaticLayout.width(of: index, in: size)
        let file = try await file(LogLimits.bundleBytes, width: width) { width in
            TilePath.entries(index: index, width: width).description
        }
        var leaves: [[UInt8]] = []
        leaves.reserveCapacity(width)
        var rest = file.bytes[...]
        while leaves.count < width {
            let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 2 + length else {
                throw .malformed(path: file.path, rule: "must hold \(width) entries")
            }
            leaves.append(Array(rest.dropFirst(2).prefix(length)))
            rest = rest.dropFirst(2 + length)
        }
        guard rest.isEmpty || !file.isExact else {
            throw .malformed(path: file.path, rule: "must end after \(width) entries")
        }
        return (file.path, leaves)
    }
}
