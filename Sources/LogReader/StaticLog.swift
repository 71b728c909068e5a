public import Checkpoints
import Encoding
import Merkle

/// A log that is read from static files, as of one checkpoint that a known key has signed.
///
/// Nothing but the checkpoint is verified when a value is made. Leaves are worth something once
/// their tree has the checkpoint's root: ``verify(_:)`` looks at everything, and who needs only
/// the end of the log compares roots itself.
public struct StaticLog<Source: StaticLogSource> {
    /// What the log signed.
    public let checkpoint: Checkpoint

    /// The signed note.
    public let note: SignedNote

    private let source: Source

    /// Reads the checkpoint and verifies it: it must be signed by one of `keys`.
    public init(_ source: Source, keys: [VerifierKey]) throws(StaticLogError) {
        self.source = source
        let name = StaticLayout.checkpoint
        guard let bytes = try source.read(name, limit: SignedNote.maximumByteCount) else {
            throw .missing(path: name)
        }
        do {
            note = try SignedNote(parsing: bytes)
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            throw .malformed(path: name, rule: "is not a signed checkpoint: \(error)")
        }
        let origin = checkpoint.origin
        let verdicts = keys.filter { $0.name == origin }.map { $0.verify(note) }
        guard !verdicts.contains(.invalid) else {
            throw .refuted(path: name, reason: "has a signature that does not verify")
        }
        guard verdicts.contains(.valid) else {
            throw .refuted(
                path: name, reason: "is of \(origin) and signed by no key that is known here")
        }
    }

    /// Number of bundles that the checkpoint covers, the last of which may be partial.
    public var bundleCount: UInt64 {
        (checkpoint.size + UInt64(TileID.width) - 1) / UInt64(TileID.width)
    }

    /// Returns the leaves of one bundle, as the file has them.
    public func leaves(_ index: UInt64) throws(StaticLogError) -> [[UInt8]] {
        let width = StaticLayout.width(of: index, in: checkpoint.size)
        let (name, bytes, isExact) = try file(StaticLimits.bundleBytes, width) { width in
            TilePath.entries(index: index, width: width).description
        }
        var leaves: [[UInt8]] = []
        var rest = bytes[...]
        while leaves.count < width {
            let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 2 + length else {
                throw .malformed(path: name, rule: "must hold \(width) entries")
            }
            leaves.append(Array(rest.dropFirst(2).prefix(length)))
            rest = rest.dropFirst(2 + length)
        }
        guard rest.isEmpty || !isExact else {
            throw .malformed(path: name, rule: "must end after \(width) entries")
        }
        return leaves
    }

    /// Returns the manifests beside one bundle; nil where there is none (any more).
    public func manifests(_ index: UInt64) throws(StaticLogError) -> [[UInt8]?] {
        let width = StaticLayout.width(of: index, in: checkpoint.size)
        let (name, bytes, isExact) = try file(StaticLimits.manifestsBytes, width) { width in
            StaticLayout.manifests(index, width: width)
        }
        var manifests: [[UInt8]?] = []
        var rest = bytes[...]
        while manifests.count < width {
            guard let item = ManifestItem(takenFrom: &rest) else {
                throw .malformed(path: name, rule: "must hold \(width) byte strings or nulls")
            }
            manifests.append(item.bytes)
        }
        guard rest.isEmpty || !isExact else {
            throw .malformed(path: name, rule: "must end after \(width) items")
        }
        return manifests
    }

    /// Reads every file that the checkpoint covers, and compares all of them with its root.
    ///
    /// `visit` gets each entry in order: its index, its leaf and its manifest. The leaf is in the
    /// log if this returns; the manifest is not looked at.
    public func verify(
        _ visit: (UInt64, [UInt8], [UInt8]?) throws -> Void = { _, _, _ in }
    ) throws {
        var range = CompactRange()
        var tiles = [[Hash]](repeating: [], count: 8)
        var index: UInt64 = 0
        for bundle in 0..<bundleCount {
            let manifests = try manifests(bundle)
            for (leaf, manifest) in zip(try leaves(bundle), manifests) {
                let hash = Hash.leaf(leaf)
                range.append(hash)
                tiles[0].append(hash)
                try visit(index, leaf, manifest)
                index += 1
            }
            try foldFullTiles(&tiles, after: bundle)
        }
        for level in tiles.indices where !tiles[level].isEmpty {
            let nodes = checkpoint.size >> (UInt64(level) * UInt64(TileID.height))
            try check(
                tiles[level], TileID(level: UInt8(level), index: nodes / UInt64(TileID.width)))
        }
        guard range.root == checkpoint.root else {
            throw StaticLogError.refuted(
                path: StaticLayout.checkpoint, reason: "the entries do not have its root")
        }
    }

    /// Compares tiles that are full now with their files, and carries each up as one hash.
    private func foldFullTiles(
        _ tiles: inout [[Hash]], after bundle: UInt64
    ) throws(StaticLogError) {
        var index = bundle
        for level in 0..<7 where tiles[level].count == TileID.width {
            try check(tiles[level], TileID(level: UInt8(level), index: index))
            var subtree = CompactRange()
            for hash in tiles[level] { subtree.append(hash) }
            tiles[level + 1].append(subtree.root)
            tiles[level] = []
            index /= UInt64(TileID.width)
        }
    }

    private func check(_ hashes: [Hash], _ id: TileID) throws(StaticLogError) {
        let (name, bytes, isExact) = try file(
            TileID.width * Hash.byteCount, hashes.count
        ) { width in TilePath.tile(id, width: width).description }
        let expected = hashes.flatMap(\.bytes)
        guard isExact ? bytes == expected : bytes.starts(with: expected) else {
            throw .refuted(path: name, reason: "does not have the hashes of the entries below it")
        }
    }

    /// Reads the file of `width`, or the full one in its place: a partial file may be gone once
    /// its bundle is full (C2SP tlog-tiles).
    private func file(
        _ limit: Int, _ width: Int, _ name: (Int) -> String
    ) throws(StaticLogError) -> (name: String, bytes: [UInt8], isExact: Bool) {
        if let bytes = try source.read(name(width), limit: limit) {
            return (name(width), bytes, true)
        }
        guard width < TileID.width,
            let bytes = try source.read(name(TileID.width), limit: limit)
        else { throw .missing(path: name(width)) }
        return (name(TileID.width), bytes, false)
    }
}

/// Bytes that files can have.
private enum StaticLimits {
    /// 256 leaves of 65,535 bytes, each after its length.
    static let bundleBytes = 256 * (2 + 65_535)

    /// 256 manifests of 256 KiB, each after a head of at most 5 bytes.
    static let manifestsBytes = 256 * (256 * 1024 + 5)
}

/// One item of a file of manifests.
private struct ManifestItem {
    let bytes: [UInt8]?

    /// Takes a byte string or a null off the front; nil where there is neither.
    init?(takenFrom rest: inout ArraySlice<UInt8>) {
        if rest.first == 0xF6 {
            rest = rest.dropFirst()
            bytes = nil
            return
        }
        var reader = CBORSequenceReader(itemLimit: StaticLimits.manifestsBytes)
        let head = rest.prefix(9)
        guard let length = Self.length(head), rest.count >= length else { return nil }
        reader.append(rest.prefix(length))
        guard let item = try? reader.next(), case .bytes(let bytes) = item else { return nil }
        self.bytes = bytes
        rest = rest.dropFirst(length)
    }

    /// Length of the byte string that begins with `head`, its head included.
    private static func length(_ head: ArraySlice<UInt8>) -> Int? {
        guard let first = head.first, first >> 5 == 2 else { return nil }
        let information = Int(first & 0x1F)
        guard information >= 24 else { return 1 + information }
        guard information <= 26 else { return nil }
        let count = 1 << (information - 24)
        guard head.count > count else { return nil }
        return 1 + count + head.dropFirst().prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
}
