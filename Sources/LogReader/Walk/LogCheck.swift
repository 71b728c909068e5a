public import Checkpoints

/// All that can be said of a log whose leaves nobody here understands: who signed its checkpoint,
/// whether it only grew, and whether every tile and every bundle is what the checkpoint covers.
public struct LogCheck: Sendable {
    /// What a check has found, or how far it is; in order.
    public enum Event: Sendable {
        /// The checkpoint that is checked, signed as was asked.
        case checkpoint(LogTree)

        /// The checkpoint does not go with one that was seen before: a fork, an older one.
        case history(LogError)

        /// A tile is wrong, and the leaves below it are proven in spite of it.
        case damage(LogError)

        /// All leaves before `end` are proven; what is kept of a check is this, and the checkpoint.
        case walked(WalkedBytes)
    }

    /// Leaves that were walked.
    public struct WalkedBytes: Hashable, Sendable {
        /// The index after the last of them.
        public let end: UInt64

        /// How many bytes those of this bundle have.
        public let bytes: Int

        /// How many bytes the largest of them has.
        public let largest: Int
    }

    private let log: TiledLog
    private let limits: WalkLimits

    /// Creates a check of `log`, which says who must have signed.
    public init(_ log: TiledLog, limits: WalkLimits = WalkLimits()) {
        self.log = log
        self.limits = limits
    }

    /// Checks the log as of its newest checkpoint, and returns it.
    ///
    /// - Parameters:
    ///   - known: checkpoints of this log that were believed before; the newest must extend each.
    ///   - start: how many of the first leaves were walked before, under one of `known`.
    public func run(
        known: [Checkpoint] = [], from start: UInt64 = 0, _ event: (Event) async throws -> Void
    ) async throws -> LogTree {
        let tree = try await log.newest()
        try await event(.checkpoint(tree))
        var shared: UInt64 = 0
        for known in known {
            do throws(LogError) {
                try await tree.requireExtends(known)
                shared = max(shared, known.size)
            } catch {
                guard error.meaning == .fork || error.meaning == .behind else { throw error }
                try await event(.history(error))
            }
        }
        // What was walked says something only as far as it is proven to be of this history.
        let first = min(start, shared)
        guard first < tree.size else { return tree }
        try await tree.walk(first..<tree.size, limits: limits) { bundle in
            for error in bundle.damage { try await event(.damage(error)) }
            let sizes = bundle.indexes.map { bundle.value.place(of: $0).count }
            try await event(
                .walked(
                    WalkedBytes(
                        end: bundle.indexes.upperBound, bytes: sizes.reduce(0, +),
                        largest: sizes.max() ?? 0)))
        }
        return tree
    }
}
