import Checkpoints
import Encoding
import Files
import Foundation
import LogReader
import Merkle
import Synchronization
import TestSupport
import Testing

/// What a test says of the leaves of a log that it has made: each is its own manifest.
final class MadeRules: MirrorRules {
    private struct State {
        var erased: Set<Hash> = []
        var laterErased: [UInt64: Hash] = [:]
        var control: [[UInt8]] = []
        var open: Set<[UInt8]> = []
    }

    private let state = Mutex(State())

    var hasManifests: Bool { true }

    /// Says that this leaf's manifest is erased.
    func erase(_ leaf: [UInt8]) {
        state.withLock { _ = $0.erased.insert(.sha256(leaf)) }
    }

    /// Says that the leaf at an index is a control statement, which erases another one's manifest.
    func erase(_ leaf: [UInt8], byEntry index: UInt64) {
        state.withLock { $0.laterErased[index] = .sha256(leaf) }
    }

    /// Says that this evidence is a promise.
    func promise(_ evidence: [UInt8]) {
        state.withLock { _ = $0.open.insert(evidence) }
    }

    func content(of leaf: ArraySlice<UInt8>) -> LeafContent {
        let words = String(decoding: leaf, as: UTF8.self).dropFirst("leaf ".count)
        let isControl = state.withLock { state in
            state.laterErased.keys.contains { words == "\($0)" }
        }
        return isControl ? .control : .manifest(.sha256(leaf))
    }

    var erased: Set<Hash> { state.withLock { $0.erased } }

    func erased(by control: [UInt8]) -> Set<Hash> { Set(Hash.list(control.span) ?? []) }

    func take(_ control: ArraySlice<UInt8>, at index: UInt64) {
        state.withLock { state in
            if let digest = state.laterErased[index] { state.erased.insert(digest) }
        }
    }

    func refusal(of evidence: [UInt8], inPlaceOf own: [UInt8]?, bundle: UInt64) -> String? {
        evidence.first == 0xFF ? "is bad" : nil
    }

    func isOpen(evidence: [UInt8]) -> Bool { state.withLock { $0.open.contains(evidence) } }

    func indexHead(_ bytes: [UInt8]) -> ReadIndexHead {
        .refused("is of a log that has no index")
    }

    /// The digests of what is erased.
    func files() -> [(name: String, bytes: [UInt8])] {
        [(StaticLayout.control, erased.sorted { "\($0)" < "\($1)" }.flatMap(\.bytes))]
    }
}

/// A copy of a log in a folder of the test's own.
final class MirrorBench: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "mirror-\(UUID())")
    let log: MadeLog
    let shown: Shown
    let rules = MadeRules()

    init(_ log: MadeLog, size: Int? = nil, patience: [Duration] = []) {
        self.log = log
        shown = Shown(log, size: size, patience: patience)
    }

    deinit {
        for path in [url.path(), url.path() + ".lock", url.path() + ".files"] {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Runs the mirror once.
    @discardableResult func run(
        again: Bool = false, from source: (any LogSource)? = nil,
        progress: (MirrorProgress) throws -> Void = { _ in }
    ) async throws -> MirrorReport {
        let source = source ?? shown
        var mirror = try LogMirror(folder: url.path())
        let tree = try await TiledLog(mirror.reading(source), trust: log.trust).newest()
        if let own = mirror.newest { try await tree.requireExtends(own.claim) }
        return try await mirror.run(tree, of: source, rules, again: again, progress: progress)
    }

    /// The files of the folder by their names, what a crash has left too.
    func files() throws -> [String: [UInt8]] {
        try TestSupport.files(below: url.path())
    }

    /// Writes into the folder, as an attacker or a failing disk would.
    func put(_ bytes: [UInt8], at name: String) throws {
        try Data(bytes).write(to: url.appending(path: name))
    }

    /// Reads the copy as anybody would, and returns how many entries it has.
    func verify(manifests: Bool = true) async throws -> UInt64 {
        let source = try LogFolder(path: url.path())
        let tree = try await TiledLog(source, trust: log.trust).newest()
        guard manifests else {
            try await tree.walk(0..<tree.size) { bundle in
                #expect(bundle.damage.isEmpty)
                for index in bundle.indexes {
                    #expect(Array(bundle.value[index]) == self.log.leaves[Int(index)])
                }
            }
            return tree.size
        }
        try await tree.verify { index, leaf, _ in
            #expect(leaf == self.log.leaves[Int(index)])
        }
        return tree.size
    }

    /// Makes sure that each file that is there is the log's, of whatever size.
    func requireOnlyTheLog(_ place: String = "") throws {
        for (name, bytes) in try files() {
            if name.hasPrefix("tile/") || name.hasPrefix("manifests/") {
                #expect(try log.file(name) == bytes, "\(name) \(place)")
            }
        }
    }

    /// The manifests of a bundle as the folder has them.
    func manifests(_ bundle: UInt64) async throws -> [[UInt8]?] {
        let source = try LogFolder(path: url.path())
        return try await TiledLog(source, trust: log.trust).newest().manifests(ofBundle: bundle)
    }
}
