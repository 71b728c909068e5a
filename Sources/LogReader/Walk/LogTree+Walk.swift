import Merkle

extension LogTree {
    /// Goes through the leaves of `range` in their order, a bundle at a time.
    ///
    /// Bundles are read, split, hashed and proven ahead of their use, on several tasks. Each is
    /// proven from above, by the tile of level 1 over it or by the partial tile at the border, so
    /// that a leaf is proven when it is handed out, and the file that is wrong is known. The tile
    /// of level 0 is not needed for that; it is looked at all the same, as is each tile above once
    /// the last bundle below it was read.
    ///
    /// A bundle that is not what it must be ends the walk, and so does what is missing or cannot be
    /// read. A tile that is not what it must be is named in ``WalkedBundle/damage``, where the
    /// leaves can be proven without it.
    ///
    /// - Parameters:
    ///   - range: any leaves of this tree.
    ///   - prepare: makes of proven leaves what is needed of them; runs on the reading tasks, in
    ///     any order and several at once.
    ///   - take: gets what was made, in order.
    public func walk<Value: Sendable>(
        _ range: Range<UInt64>, limits: WalkLimits = WalkLimits(),
        preparing prepare: @escaping @Sendable (LeafBundle) async throws(LogError) -> Value,
        _ take: (WalkedBundle<Value>) async throws -> Void
    ) async throws {
        let bundles = try bundles(of: range)
        guard !bundles.isEmpty else { return }
        _ = try await provenBorder()
        try await withThrowingTaskGroup(of: WalkPart<Value>.self) { group in
            defer { group.cancelAll() }
            let reader = BundleReader<Value>(
                tree: self, range: range, readsTiles: limits.readsTiles, prepare: prepare)
            var walk = Walk<Value>(bundles, limits)
            for due in bundles {
                walk.begin(due, reader, in: &group)
                while !walk.has(due), let part = try await group.next() {
                    walk.keep(part)
                    walk.begin(due, reader, in: &group)
                }
                try await take(try await walk.take(due, reader))
            }
        }
    }

    /// Goes through the leaves of `range` in their order, a bundle at a time.
    public func walk(
        _ range: Range<UInt64>, limits: WalkLimits = WalkLimits(),
        _ take: (WalkedBundle<LeafBundle>) async throws -> Void
    ) async throws {
        try await walk(range, limits: limits, preparing: { $0 }, take)
    }
}

/// What a task of a walk ends with.
enum WalkPart<Value: Sendable>: Sendable {
    /// The tiles above one block of bundles.
    case above(UInt64, Result<TilesAbove, LogError>)

    /// One bundle.
    case bundle(UInt64, Result<WalkedBundle<Value>, LogError>)
}

/// Which bundles of a walk are being read, wait, or are still to be read.
struct Walk<Value: Sendable> {
    /// Bundles below one tile of level 1.
    static var block: UInt64 { UInt64(TileID.width) }

    private let bundles: Range<UInt64>
    private let limits: WalkLimits

    /// The next bundle to be read.
    private var next: UInt64

    /// The next block whose tiles are to be read.
    private var nextBlock: UInt64

    /// Tiles above the blocks that bundles are read of.
    private var above: [UInt64: Result<TilesAbove, LogError>] = [:]

    /// Bundles that were read, and are not yet due.
    private var waiting: [UInt64: Result<WalkedBundle<Value>, LogError>] = [:]

    /// Bytes that a bundle may have to be read ahead.
    private var allowance = LogLimits.walkBundleBytes

    init(_ bundles: Range<UInt64>, _ limits: WalkLimits) {
        self.bundles = bundles
        self.limits = limits
        next = bundles.lowerBound
        nextBlock = bundles.lowerBound / Self.block
    }

    /// Begins to read all that may be read now, while `due` is used next.
    mutating func begin(
        _ due: UInt64, _ reader: BundleReader<Value>,
        in group: inout ThrowingTaskGroup<WalkPart<Value>, any Error>
    ) {
        // The tiles above the block after this one are there before its bundles are read.
        let lastBlock = (bundles.upperBound - 1) / Self.block
        while nextBlock <= lastBlock, nextBlock <= due / Self.block + 1 {
            let block = nextBlock
            group.addTask { .above(block, await reader.above(block)) }
            nextBlock += 1
        }
        let count = max(1, min(limits.bundles, limits.bytes / allowance))
        while next < bundles.upperBound, next < due + UInt64(count),
            let above = above[next / Self.block]
        {
            let number = next
            switch above {
            case .success(let above):
                let allowance = allowance
                group.addTask {
                    .bundle(number, await reader.read(number, above, limit: allowance))
                }
            case .failure(let error):
                waiting[number] = .failure(error)
            }
            next += 1
        }
    }

    /// Whether the bundle that is due is read, well or not.
    func has(_ due: UInt64) -> Bool { waiting[due] != nil }

    /// Keeps what a task has read.
    mutating func keep(_ part: WalkPart<Value>) {
        switch part {
        case .above(let block, let result): above[block] = result
        case .bundle(let number, let result): waiting[number] = result
        }
    }

    /// Gives out the bundle that is due; one that is larger than its allowance is read now, alone.
    mutating func take(
        _ due: UInt64, _ reader: BundleReader<Value>
    ) async throws(LogError) -> WalkedBundle<Value> {
        guard let result = waiting.removeValue(forKey: due),
            let above = above[due / Self.block]
        else { preconditionFailure("each bundle of a walk is read before it is due") }
        // Nothing of a block is needed after its last bundle.
        if due % Self.block == Self.block - 1 { self.above[due / Self.block] = nil }
        do throws(LogError) {
            return try result.get()
        } catch .tooLarge(_, let limit) where limit < LogLimits.bundleBytes {
            let (bundle, size) = try await reader.readAlone(due, try above.get())
            allowance = max(allowance, min(LogLimits.bundleBytes, 2 * size))
            return bundle
        }
    }
}
