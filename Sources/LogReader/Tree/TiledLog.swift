public import Checkpoints

/// A log that anybody keeps as C2SP tlog-tiles: checkpoint, tiles and entry bundles.
///
/// Whoever keeps it can withhold what it holds, and can change nothing: a value is given out only
/// once it is proven into a checkpoint that is signed as ``LogTrust`` asks.
public struct TiledLog: Sendable {
    private let source: any LogSource
    private let trust: LogTrust
    private let layout: LogLayout
    private let allowsExtensions: Bool
    private let cache: TileCache

    /// Reads from `source`; several readers may share a cache.
    ///
    /// - Parameter allowingExtensions: whether lines may follow the root of a checkpoint; a ledger
    ///   of ours never writes any, other logs may.
    public init(
        _ source: any LogSource, trust: LogTrust, layout: LogLayout = .tiles,
        allowingExtensions: Bool = false, cache: TileCache = TileCache()
    ) {
        self.source = source
        self.trust = trust
        self.layout = layout
        allowsExtensions = allowingExtensions
        self.cache = cache
    }

    /// Returns the log as of the newest checkpoint that the source shows.
    ///
    /// What was seen before is not asked about: whoever remembers a checkpoint of this log calls
    /// ``newest(extending:)``.
    public func newest() async throws(LogError) -> LogTree {
        let (signed, verified) = try trust.open(try await shown(), place)
        return LogTree(signed, verified, layout: layout, source: source, cache: cache)
    }

    /// Returns the tree that the newest checkpoint claims, whoever has signed it.
    ///
    /// It is for a reader whose keys may be older than the log's, and who looks among the entries
    /// for those that introduce newer ones.
    package func claimed() async throws(LogError) -> ClaimedTree {
        ClaimedTree(try await shown(), layout: layout, source: source)
    }

    private var file: LogFile { layout.file(.checkpoint) }

    private var place: LogError.File { source.place(of: file) }

    private func shown() async throws(LogError) -> SignedCheckpoint {
        guard let bytes = try await source.bytes(of: file, limit: LogLimits.checkpointBytes)
        else { throw .missing(place) }
        do throws(SignedCheckpointError) {
            return try SignedCheckpoint(parsing: bytes, allowingExtensions: allowsExtensions)
        } catch {
            throw .malformed(place, rule: "is not a signed checkpoint: \(error.words)")
        }
    }

    /// The same, once it is proven that the log only grew since `known`, which was believed.
    public func newest(extending known: Checkpoint) async throws(LogError) -> LogTree {
        let tree = try await newest()
        try await tree.requireExtends(known)
        return tree
    }
}
