import Checkpoints
import Crypto
import Encoding
import LogReader
import Merkle
import TestSupport
import Testing

/// Logs that name their files in another way, and put their leaves into bundles in another way,
/// are read and held to their checkpoints like ours.
@Suite struct LayoutTests {
    private static func log(_ layout: LogLayout, _ size: Int) throws -> MadeLog {
        try MadeLog(size, layout: layout) { index in
            switch layout {
            case .tiles: Array("leaf \(index)".utf8)
            case .sumDB: Array("example.org/m v1.\(index) h1:x=\nexample.org/m v2 h1:y=\n".utf8)
            case .staticCT: certificate(index)
            }
        }
    }

    /// A MerkleTreeLeaf (RFC 6962 §3.4): every third one is that of a precertificate.
    private static func certificate(_ index: Int) -> [UInt8] {
        let time: [UInt8] = [
            0, 0, 1, 2, 3, 4, UInt8(truncatingIfNeeded: index >> 8), UInt8(index & 0xFF),
        ]
        let body = Array("certificate \(index)".utf8)
        let head: [UInt8] =
            index.isMultiple(of: 3) ? [0, 1] + [UInt8](repeating: 8, count: 32) : [0, 0]
        // One extension: leaf_index, type 0, 5 bytes (C2SP static-ct-api).
        let extensions: [UInt8] = [
            0, 8, 0, 0, 5, 0, 0, 0, UInt8(truncatingIfNeeded: index >> 8), UInt8(index & 0xFF),
        ]
        return [0, 0] + time + head + [0, 0, UInt8(body.count)] + body + extensions
    }

    @Test(arguments: LogLayout.allCases, [1, 256, 600, 65_800])
    func everyLayoutIsReadWholly(layout: LogLayout, size: Int) async throws {
        let log = try Self.log(layout, size)
        let reader = TiledLog(Shown(log), trust: log.trust, layout: layout)
        let tree = try await reader.newest()
        var next: UInt64 = 0
        try await tree.walk(0..<tree.size) { bundle in
            #expect(bundle.damage.isEmpty)
            for index in bundle.indexes {
                #expect(bundle.value[index].elementsEqual(log.leaves[Int(index)]))
            }
            next = bundle.indexes.upperBound
        }
        #expect(next == tree.size)
        #expect(try await tree.entry(at: next - 1) == log.leaves[size - 1])
        #expect(try await tree.leafHash(at: 0) == .leaf(log.leaves[0]))
    }

    @Test func eachLayoutHasItsNames() {
        let id = TileID(level: 1, index: 1_234)
        #expect(LogLayout.tiles.tile(id, width: 256) == "tile/1/x001/234")
        #expect(LogLayout.staticCT.tile(id, width: 9) == "tile/1/x001/234.p/9")
        #expect(LogLayout.sumDB.tile(id, width: 9) == "tile/8/1/x001/234.p/9")
        #expect(LogLayout.tiles.bundle(7, width: 3) == "tile/entries/007.p/3")
        #expect(LogLayout.staticCT.bundle(7, width: 256) == "tile/data/007")
        #expect(LogLayout.sumDB.bundle(7, width: 256) == "tile/8/data/007")
        #expect(LogLayout.sumDB.checkpoint == "latest")
    }

    /// Cut anywhere, or with a byte more: an error that names the file, and no crash.
    @Test(arguments: LogLayout.allCases)
    func aBundleThatIsCutIsRefused(layout: LogLayout) async throws {
        let log = try Self.log(layout, 5)
        let path = layout.bundle(0, width: 5)
        let whole = try #require(try log.file(path))
        for shown in (0..<whole.count).map({ Array(whole.prefix($0)) }) + [whole + [0]] {
            let source = Shown(log)
            source.show(shown, at: path)
            let tree = try await TiledLog(source, trust: log.trust, layout: layout).newest()
            do {
                try await tree.walk(0..<5) { _ in }
                Issue.record("\(shown.count) bytes were believed")
            } catch let error as LogError {
                #expect(error.file == source.place(of: layout.file(.bundle(0, width: 5))))
                #expect(error.meaning == .wrong)
            }
        }
    }

    /// Random bytes are no bundle of any layout, and are read without a crash.
    @Test(arguments: LogLayout.allCases)
    func randomBytesAreNoBundle(layout: LogLayout) async throws {
        let log = try Self.log(layout, 5)
        let path = layout.bundle(0, width: 5)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust, layout: layout).newest()
        var random = SeededRandom(for: "randomBytesAreNoBundle \(layout)")
        for _ in 0..<200 {
            let bytes = (0..<random.number(below: 400)).map { _ in
                UInt8(random.number(below: random.number(below: 2) == 0 ? 3 : 256))
            }
            source.show(bytes, at: path)
            await #expect(throws: LogError.self, "\(random.description)") {
                try await tree.walk(0..<5) { _ in }
            }
        }
    }

    /// Other logs may write lines after the root; a ledger of ours never does.
    @Test func extensionLinesAreAllowedWhereTheCallerSaysSo() async throws {
        let log = try MadeLog(5)
        let source = Shown(log)
        let text = try log.checkpoint().text + Array("timestamp 5\n".utf8)
        let line = try log.signer.sign(text)
        let blob = (0..<4).map { UInt8(truncatingIfNeeded: line.keyID >> (24 - 8 * $0)) }
        let signature = "\n— \(MadeLog.origin) \(Base64.encode(blob + line.signature))\n"
        source.show(text + Array(signature.utf8), at: "checkpoint")
        await #expect(throws: LogError.self) {
            try await TiledLog(source, trust: log.trust).newest()
        }
        let tree = try await TiledLog(source, trust: log.trust, allowingExtensions: true).newest()
        try await tree.walk(0..<5) { #expect($0.indexes == 0..<5) }
    }

    /// The first line of Go's checkpoints is another than the name of the key.
    @Test func theChecksumDatabaseHasAnOriginOfItsOwn() async throws {
        let log = try MadeLog(5)
        let key = log.signer.verifierKey
        let origin = LogLayout.sumDB.origin(ofKey: key.name)
        #expect(origin == Text("go.sum database tree"))
        let root = try log.checkpoint().root
        let note = try log.signer.note(Checkpoint(origin: origin, size: 5, root: root))
        let source = Shown(log)
        source.show(note.encoded, at: "latest")
        let trust = LogTrust.key(key, layout: .sumDB)
        #expect(try await TiledLog(source, trust: trust, layout: .sumDB).newest().size == 5)
        await #expect(throws: LogError.self) {
            try await TiledLog(source, trust: .key(key), layout: .sumDB).newest()
        }
    }
}
