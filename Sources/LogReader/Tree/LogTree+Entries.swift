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
        let bundles = try bundles(of: range)
        let width = UInt64(TileID.width)
        var index = bundles.lowerBound * width
        var next = bundles.lowerBound
        while next < bundles.upperBound {
            // The tile by which these are proven is read once, before several of them are.
            let above = TileID(level: 1, index: next / width)
            let end = min(bundles.upperBound, (above.index + 1) * width)
            if above.width(in: size) > 0 { _ = try await tiles([above]) }
            try await Self.readingAhead(next..<end, by: LogLimits.bundlesAhead) {
                bundle async throws(LogError) in
                try await leaves(ofBundle: bundle)
            } _: { leaves in
                for leaf in try leaves.get() {
                    if range.contains(index) { try await body(index, leaf) }
                    index += 1
                }
            }
            next = end
        }
    }

    /// The bundles that have entries of `range`, which must be in this tree.
    func bundles(of range: Range<UInt64>) throws(LogError) -> Range<UInt64> {
        guard range.upperBound <= size else {
            throw .outside(index: range.upperBound, size: size)
        }
        guard !range.isEmpty else { return 0..<0 }
        let width = UInt64(TileID.width)
        return range.lowerBound / width..<(range.upperBound - 1) / width + 1
    }

    /// Reads the entries of `range`, and throws where one of them is not proven.
    public func requireEntries(_ range: Range<UInt64>) async throws(LogError) {
        for bundle in try bundles(of: range) { _ = try await leaves(ofBundle: bundle) }
    }

    /// Returns the entries of one bundle.
    ///
    /// The tile over it need not be read: a full bundle is proven by the tile above that.
    func leaves(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]] {
        let bundle = try await bundle(index, under: try await proof(ofBundle: index))
        return bundle.indexes.map { Array(bundle[$0]) }
    }

    /// Returns the entries of one bundle as the file has them.
    ///
    /// Not proven: for a reader that compares the root over all entries itself, and for whom a
    /// tile that is damaged must not hide entries that are not.
    public func uncheckedLeaves(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]] {
        let bundle = try await bundle(index, under: nil)
        return bundle.indexes.map { Array(bundle[$0]) }
    }

    /// Returns what proves a bundle.
    func proof(ofBundle index: UInt64) async throws(LogError) -> BundleProof {
        guard StaticLayout.width(of: index, in: size) == TileID.width else {
            let id = TileID(level: 0, index: index)
            return .leaves(try await borderTiles().hashes(of: id))
        }
        let id = TileID(level: 0, index: index)
        return .node(try await tiles([id.parent]).hashes(of: id.parent)[id.placeInParent])
    }

    /// Reads a bundle until it is what `proof` asks; nil for whatever it is.
    func bundle(
        _ index: UInt64, under proof: BundleProof?, limit: Int = LogLimits.bundleBytes
    ) async throws(LogError) -> LeafBundle {
        let width = StaticLayout.width(of: index, in: size)
        return try await file(
            limit, of: LogLimits.bundleBytes, width: width, { .bundle(index, width: $0) }
        ) {
            file, _ throws(LogError) in
            try bundle(index, file, proof, limit: limit)
        }
    }

    private func bundle(
        _ index: UInt64, _ file: ShownFile, _ proof: BundleProof?, limit: Int
    ) throws(LogError) -> LeafBundle {
        do throws(LogError) {
            return try bundle(index, file, proof)
        } catch {
            // Some stores give what they keep compressed, and do not say so.
            guard let plain = try file.inflated(limit: limit) else { throw error }
            return try bundle(index, plain, proof)
        }
    }

    private func bundle(
        _ index: UInt64, _ file: ShownFile, _ proof: BundleProof?
    ) throws(LogError) -> LeafBundle {
        let bundle = try layout.leaves(
            in: file.bytes, index, width: StaticLayout.width(of: index, in: size),
            isExact: file.isExact, file.place)
        guard proof?.proves(bundle.hashes) ?? true else {
            throw .refuted(file.place, reason: "does not have the entries of the log")
        }
        return bundle
    }
}

/// What proves a bundle.
enum BundleProof: Sendable {
    /// The hash over all leaves of a full one, from the tile of level 1.
    case node(Hash)

    /// The hashes of a partial one, from the tile over it at the border.
    case leaves([Hash])

    func proves(_ hashes: [Hash]) -> Bool {
        switch self {
        case .node(let root): hashes.count == TileID.width && LogReader.node(over: hashes) == root
        case .leaves(let leaves): hashes == leaves
        }
    }
}
