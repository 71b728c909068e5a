import Checkpoints
import Encoding
import HTTPCalls
package import LogReader
import Merkle
import Provenance
import Synchronization

/// The files of a log in memory, by the names that a ledger serves them under (log.md §5).
///
/// It shows what a ``MemoryLedger`` has logged, or what a test puts in the place of a file.
package final class MemoryLog: LogSource {
    private struct State {
        var files: [String: [UInt8]]
        var failing: Set<String> = []
        var asked: [String] = []
    }

    private let state: Mutex<State>

    /// Shows the newest head of `ledger`, with the manifests that it keeps.
    package init(_ ledger: MemoryLedger) throws {
        state = Mutex(State(files: try Self.files(of: ledger)))
    }

    /// Shows what the ledger has now, and forgets what was put.
    package func show(_ ledger: MemoryLedger) throws {
        let files = try Self.files(of: ledger)
        state.withLock { $0.files = files }
    }

    /// The names of all files, rising.
    package var names: [String] { state.withLock { $0.files.keys.sorted() } }

    /// The file of this name, nil where there is none; a test may put another one there.
    package subscript(path: String) -> [UInt8]? {
        get { state.withLock { $0.files[path] } }
        set { state.withLock { $0.files[path] = newValue } }
    }

    /// Shows no file whose name begins so.
    package func remove(_ prefix: String) {
        state.withLock { state in
            state.files = state.files.filter { !$0.key.hasPrefix(prefix) }
        }
    }

    /// Fails to look at a file, until it is told otherwise.
    package func fail(_ path: String, _ fails: Bool = true) {
        state.withLock { state in
            if fails { state.failing.insert(path) } else { state.failing.remove(path) }
        }
    }

    /// The names that were asked for since the last time.
    package func takeAsked() -> [String] {
        state.withLock { state in
            defer { state.asked = [] }
            return state.asked
        }
    }

    package func location(of path: String) -> String { "memory:\(path)" }

    package func bytes(of file: LogFile, limit: Int) async throws(LogError) -> [UInt8]? {
        let path = file.path
        let (bytes, fails) = state.withLock { state in
            state.asked.append(path)
            return (state.files[path], state.failing.contains(path))
        }
        // As a service that is asked by many at once: none is answered before all have asked.
        await Task.yield()
        if fails {
            throw .service(place(of: file), .unreachable("cannot be looked at"))
        }
        guard let bytes, bytes.count > limit else { return bytes }
        throw .tooLarge(place(of: file), limit: limit)
    }
}

// MARK: - Files

extension MemoryLog {
    private static func files(of ledger: MemoryLedger) throws -> [String: [UInt8]] {
        var files = tiles(of: ledger)
        for number in 0..<(ledger.leaves.count + TileID.width - 1) / TileID.width {
            let start = number * TileID.width
            let indexes = start..<min(start + TileID.width, ledger.leaves.count)
            let path = TilePath.entries(index: UInt64(number), width: indexes.count)
            files[path.description] = indexes.flatMap { index in
                let leaf = ledger.leaves[index]
                return [UInt8(leaf.count >> 8), UInt8(leaf.count & 0xFF)] + leaf
            }
            files[StaticLayout.manifests(UInt64(number), width: indexes.count)] = indexes.flatMap {
                index in
                let manifest = ledger.manifests[UInt64(index)]
                return (manifest.map { CBOR.bytes($0) } ?? .null).encoded()
            }
        }
        files[StaticLayout.control] = ledger.controls.flatMap {
            CBOR.bytes($0.statement.leaf).encoded()
        }
        files[StaticLayout.checkpoint] = try ledger.noteBytes(ledger.size)
        if let head = ledger.indexHeads.last?.head {
            files[StaticLayout.indexHead] = try ledger.transparent(head).encoded()
        }
        return files
    }

    /// Every tile, full or partial, of every level (C2SP tlog-tiles).
    private static func tiles(of ledger: MemoryLedger) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var nodes = ledger.hashes
        var level: UInt8 = 0
        while !nodes.isEmpty {
            var above: [Hash] = []
            for start in stride(from: 0, to: nodes.count, by: TileID.width) {
                let hashes = nodes[start..<min(start + TileID.width, nodes.count)]
                let id = TileID(level: level, index: UInt64(start / TileID.width))
                let path = TilePath.tile(id, width: hashes.count)
                files[path.description] = hashes.flatMap(\.bytes)
                guard hashes.count == TileID.width else { break }
                var range = CompactRange()
                for hash in hashes { range.append(hash) }
                above.append(range.root)
            }
            nodes = above
            level += 1
        }
        return files
    }
}

extension MemoryLedger {
    /// What a reader trusts who knows this ledger's note key.
    package var logTrust: LogTrust { .key(note.verifierKey) }

    /// The log as of the newest head.
    package func tree(_ source: some LogSource) async throws -> LogTree {
        try await TiledLog(source, trust: logTrust).newest()
    }
}
