public import Checkpoints
public import Merkle

/// A log as of one signed checkpoint: what it holds, each value proven into that checkpoint.
///
/// Nothing is asked for when a value is made. Calls may run at the same time.
public struct LogTree: Sendable {
    /// What the log signed, and who did.
    public let verified: VerifiedCheckpoint

    /// The same with all its signature lines, as the source has it.
    public let signed: SignedCheckpoint

    let layout: LogLayout
    let source: any LogSource
    let cache: TileCache

    /// Whether a tile that is not what it must be is computed from the files below it.
    let isMending: Bool

    let memory = TreeMemory()

    /// The checkpoint that the log signed.
    public var checkpoint: Checkpoint { verified.checkpoint }

    /// Number of entries.
    public var size: UInt64 { checkpoint.size }

    /// Takes a checkpoint whose signature the caller has judged, by keys of its own.
    ///
    /// - Parameter isMending: whether a proof may come from a tile that is computed from the files
    ///   below it, where its own file is not what it must be; ``damage`` has those files.
    public init(
        _ signed: SignedCheckpoint, _ verified: VerifiedCheckpoint, layout: LogLayout = .tiles,
        source: any LogSource, cache: TileCache, isMending: Bool = false
    ) {
        precondition(signed.claim == verified.checkpoint, "the note is that of the checkpoint")
        self.signed = signed
        self.verified = verified
        self.layout = layout
        self.source = source
        self.cache = cache
        self.isMending = isMending
    }

    /// The files of tiles that were not what they must be, and were computed; in no order.
    package var damage: [LogError] { memory.damage + memory.mended }

    // MARK: - Proofs

    /// Returns the hash of the leaf at `index`.
    public func leafHash(at index: UInt64) async throws(LogError) -> Hash {
        guard index < size else { throw .outside(index: index, size: size) }
        let id = TileID(level: 0, index: index / UInt64(TileID.width))
        return try await tiles([id]).hashes(of: id)[Int(index % UInt64(TileID.width))]
    }

    /// Returns the proof that the leaf at `index` is in the tree of the first `treeSize` entries;
    /// nil for all of them.
    public func inclusionProof(
        of index: UInt64, in treeSize: UInt64? = nil
    ) async throws(LogError) -> InclusionProof {
        let treeSize = treeSize ?? size
        guard treeSize <= size, index < treeSize else {
            throw .outside(index: index, size: min(size, treeSize))
        }
        return try await reading { nodes throws(ReadError<TileError<UnknownTiles>>) in
            try InclusionProof(leafIndex: index, treeSize: treeSize, reading: nodes)
        }
    }

    /// Returns the proof that the tree of the first `newSize` entries, nil for all of them,
    /// extends that of the first `oldSize`.
    public func consistencyProof(
        from oldSize: UInt64, to newSize: UInt64? = nil
    ) async throws(LogError) -> ConsistencyProof {
        let newSize = newSize ?? size
        guard newSize <= size, oldSize <= newSize else {
            throw .outside(index: max(oldSize, newSize), size: size)
        }
        return try await reading { nodes throws(ReadError<TileError<UnknownTiles>>) in
            try ConsistencyProof(from: oldSize, to: newSize, reading: nodes)
        }
    }

    /// Makes sure that this tree is what became of `known`, which was believed before.
    public func requireExtends(_ known: Checkpoint) async throws(LogError) {
        guard known.origin == checkpoint.origin else {
            throw .untrusted(
                source.place(of: layout.file(.checkpoint)),
                reason: "is of \(checkpoint.origin), not \(known.origin)")
        }
        guard known.size <= size else { throw .behind(size: size, known: known.size) }
        // Every tree extends the empty one.
        guard known.size > 0 else { return }
        let proof = try await consistencyProof(from: known.size)
        do throws(ProofError) {
            try proof.verify(old: known.root, new: checkpoint.root)
        } catch {
            throw .fork(shown: signed, known: known)
        }
    }

    /// Makes something of stored nodes: reads the tiles that it asks for, and makes it again.
    func reading<Value>(
        _ make: (TiledNodes<KnownTiles>) throws(ReadError<TileError<UnknownTiles>>) -> Value
    ) async throws(LogError) -> Value {
        var known = KnownTiles()
        while true {
            let unknown: [TileID]
            do throws(ReadError<TileError<UnknownTiles>>) {
                return try make(TiledNodes(known))
            } catch {
                // Places and widths are those of this tree: only tiles can be missing.
                guard case .failed(.failed(let error)) = error else {
                    preconditionFailure("a proof in a tree cannot be made from it: \(error)")
                }
                unknown = error.ids
            }
            known.add(try await tiles(unknown))
        }
    }
}

/// Tiles that are in memory, all of them proven.
struct KnownTiles: TileReader {
    private var tiles: [TileID: [Hash]] = [:]

    subscript(id: TileID) -> [Hash]? {
        get { tiles[id] }
        set { tiles[id] = newValue }
    }

    /// Returns a tile that must be here.
    func hashes(of id: TileID) -> [Hash] {
        guard let hashes = tiles[id] else {
            preconditionFailure("a tile that was asked for was read")
        }
        return hashes
    }

    mutating func add(_ other: KnownTiles) {
        tiles.merge(other.tiles) { $1 }
    }

    func tiles(_ ids: [TileID]) throws(UnknownTiles) -> [[Hash]] {
        let unknown = ids.filter { tiles[$0] == nil }
        guard unknown.isEmpty else { throw UnknownTiles(ids: unknown) }
        return ids.map(hashes)
    }
}

/// Tiles that must be read first.
struct UnknownTiles: Error {
    let ids: [TileID]
}
