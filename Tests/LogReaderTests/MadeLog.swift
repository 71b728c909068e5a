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
    private let hashes: [[Hash]]

    /// Makes a log of so many leaves; one that begins with another's is another history from
    /// `fork` on.
    init(
        _ size: Int, fork: Int = .max, key: SigningKey = .ed25519(Curve25519.Signing.PrivateKey())
    ) throws {
        signer = try NoteSigner(name: Self.origin, key: key)
        leaves = (0..<size).map { Array("leaf \($0)\($0 < fork ? "" : " of the fork")".utf8) }
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
        if path == StaticLayout.checkpoint { return try note(size) }
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
                : bundle.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
        case nil:
            return nil
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
        var open = 0
        var mostOpen = 0
    }

    private let log: MadeLog
    private let state = Mutex(State())

    init(_ log: MadeLog, size: Int? = nil) {
        self.log = log
        state.withLock { $0.size = size }
    }

    /// The paths that were asked for since the last time.
    func takeAsked() -> [String] {
        state.withLock { state in
            defer { state.asked = [] }
            return state.asked.sorted()
        }
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

    func bytes(at path: String, limit: Int) async throws(LogError) -> [UInt8]? {
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
            throw .service(address: location(of: path), .unreachable("cannot be looked at"))
        }
        let bytes = change ?? (try? log.file(path, size: size))
        guard let bytes else { return nil }
        guard bytes.count <= limit else {
            throw .tooLarge(path: location(of: path), limit: limit)
        }
        return bytes
    }
}
