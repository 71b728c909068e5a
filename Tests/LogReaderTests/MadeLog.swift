import Checkpoints
import Crypto
import Encoding
import HTTPCalls
import LogReader
import Merkle
import Synchronization
import TestSupport

/// A log that a test makes: its leaves, and its files as C2SP tlog-tiles has them, computed from
/// the definitions.
final class MadeLog: Sendable {
    static let origin = Text("log.example/made")

    let leaves: [[UInt8]]
    let signer: NoteSigner
    let layout: LogLayout
    private let hashes: [[Hash]]

    /// Makes a log of so many leaves; one that begins with another's is another history from
    /// `fork` on.
    init(
        _ size: Int, fork: Int = .max,
        key: SigningKey = .ed25519(Curve25519.Signing.PrivateKey()),
        layout: LogLayout = .tiles, leaf: (Int) -> [UInt8] = { Array("leaf \($0)".utf8) }
    ) throws {
        signer = try NoteSigner(name: Self.origin, key: key)
        self.layout = layout
        leaves = (0..<size).map { $0 < fork ? leaf($0) : leaf($0) + Array(" of the fork".utf8) }
        var levels = [leaves.map { Hash.leaf($0) }]
        while let below = levels.last, below.count >= TileID.width {
            levels.append(
                (0..<below.count / TileID.width).map { index in
                    Self.root(below[index * TileID.width..<(index + 1) * TileID.width])
                })
        }
        hashes = levels
    }

    /// The root over hashes of subtrees of one size (RFC 9162 §2.1.1).
    private static func root(_ hashes: ArraySlice<Hash>) -> Hash {
        var range = CompactRange()
        for hash in hashes { range.append(hash) }
        return range.root
    }

    var trust: LogTrust { .key(signer.verifierKey) }

    /// The root of the first leaves.
    func root(_ size: Int) -> Hash { Self.root(hashes[0][..<size]) }

    /// The checkpoint of the first leaves.
    func checkpoint(_ size: Int? = nil) throws -> Checkpoint {
        let size = size ?? leaves.count
        return try Checkpoint(origin: Self.origin, size: UInt64(size), root: root(size))
    }

    /// The same, signed.
    func note(_ size: Int? = nil) throws -> [UInt8] {
        try signer.note(checkpoint(size)).encoded
    }

    /// The file at `path`; nil where the log of `size` has none of this width.
    func file(_ path: String, size: Int? = nil) throws -> [UInt8]? {
        let size = size ?? leaves.count
        if path == layout.checkpoint { return try note(size) }
        guard let path = Self.plain(path, layout) else { return nil }
        let tile =
            path.hasPrefix("manifests/")
            ? try? TilePath(parsing: "tile/entries/" + path.dropFirst("manifests/".count))
            : try? TilePath(parsing: path)
        switch tile {
        case .tile(let id, let width):
            guard width <= id.width(in: UInt64(size)) else { return nil }
            let first = Int(id.index) * TileID.width
            return hashes[Int(id.level)][first..<first + width].flatMap(\.bytes)
        case .entries(let index, let width):
            guard width <= TileID(level: 0, index: index).width(in: UInt64(size)) else {
                return nil
            }
            let first = Int(index) * TileID.width
            let bundle = leaves[first..<first + width]
            return path.hasPrefix("manifests/")
                ? bundle.flatMap { CBOR.bytes($0).encoded() }
                : zip(first..., bundle).flatMap { Self.item($1, $0, layout) }
        case nil:
            return nil
        }
    }

    /// The path that tlog-tiles has for what `layout` has at `path`; nil for none of its own.
    private static func plain(_ path: String, _ layout: LogLayout) -> String? {
        let own: (tile: String, bundle: String) =
            switch layout {
            case .tiles: ("tile/", "tile/entries/")
            case .staticCT: ("tile/", "tile/data/")
            case .sumDB: ("tile/8/", "tile/8/data/")
            }
        if path.hasPrefix("manifests/") { return path }
        if path.hasPrefix(own.bundle) { return "tile/entries/" + path.dropFirst(own.bundle.count) }
        return path.hasPrefix(own.tile) ? "tile/" + path.dropFirst(own.tile.count) : nil
    }

    /// What a bundle has for a leaf.
    private static func item(_ leaf: [UInt8], _ index: Int, _ layout: LogLayout) -> [UInt8] {
        switch layout {
        case .tiles:
            return [UInt8(leaf.count >> 8), UInt8(leaf.count & 0xFF)] + leaf
        case .sumDB:
            return Array("\(index)\n".utf8) + leaf + Array("\n".utf8)
        case .staticCT:
            // The entry without version and type, a precertificate's own bytes, two fingerprints.
            let own: [UInt8] = leaf[11] == 1 ? [0, 0, 3, 9, 9, 9] : []
            return Array(leaf[2...]) + own + [0, 64] + [UInt8](repeating: 5, count: 64)
        }
    }
}

/// A source that shows a log in memory, as well or as badly as it is told, and counts.
final class Shown: LogSource {
    private struct State {
        var size: Int?
        var changed: [String: [UInt8]?] = [:]
        var failing: Set<String> = []
        var asked: [String] = []
        var fresh: [String] = []
        var mendedWhenFresh: Set<String> = []
        var open = 0
        var mostOpen = 0
    }

    private let log: MadeLog
    private let state = Mutex(State())

    let patience: [Duration]

    init(_ log: MadeLog, size: Int? = nil, patience: [Duration] = []) {
        self.log = log
        self.patience = patience
        state.withLock { $0.size = size }
    }

    /// The paths that were asked for since they were last taken.
    var asked: [String] { state.withLock { $0.asked } }

    /// The paths that were asked for since the last time.
    func takeAsked() -> [String] {
        state.withLock { state in
            defer { state.asked = [] }
            return state.asked.sorted()
        }
    }

    /// The paths that were asked for again since the last time.
    func takeFresh() -> [String] {
        state.withLock { state in
            defer { state.fresh = [] }
            return state.fresh.sorted()
        }
    }

    /// Shows a file as it is once it is asked for again so that nothing on the way answers.
    func mendWhenFresh(_ path: String) {
        state.withLock { _ = $0.mendedWhenFresh.insert(path) }
    }

    func freshBytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        let path = file.path
        let isMended = state.withLock { state in
            state.fresh.append(path)
            return state.mendedWhenFresh.contains(path)
        }
        if isMended { mend(path) }
        return try await bytes(of: file, limit: limit)
    }

    /// How many were asked for at one moment, at the most.
    var mostOpen: Int { state.withLock { $0.mostOpen } }

    /// Shows these bytes in the place of a file; nil for none.
    func show(_ bytes: [UInt8]?, at path: String) {
        state.withLock { $0.changed[path] = .some(bytes) }
    }

    /// Shows the file as it is.
    func mend(_ path: String) {
        state.withLock {
            $0.changed[path] = nil
            $0.failing.remove(path)
        }
    }

    /// Fails to look.
    func fail(_ path: String) {
        state.withLock { _ = $0.failing.insert(path) }
    }

    /// Shows a larger or smaller tree.
    func show(size: Int) {
        state.withLock { $0.size = size }
    }

    func location(of path: String) -> String { "shown:\(path)" }

    func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        let path = file.path
        let (size, change, fails) = state.withLock { state in
            state.asked.append(path)
            state.open += 1
            state.mostOpen = max(state.mostOpen, state.open)
            return (state.size, state.changed[path], state.failing.contains(path))
        }
        // Whoever else is asked for at the same time is asked for now.
        await Task.yield()
        state.withLock { $0.open -= 1 }
        if fails {
            throw .service(place(of: file), .unreachable("cannot be looked at"))
        }
        let bytes = change ?? (try? log.file(path, size: size))
        guard let bytes else { return nil }
        guard bytes.count <= limit else {
            throw .tooLarge(place(of: file), limit: limit)
        }
        return bytes
    }
}
