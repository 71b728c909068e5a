import Checkpoints
import Crypto
import Encoding
import HTTPCalls
import LogReader
import Merkle
import TestSupport
import Testing

/// What is not the log's is named, and neither given out nor kept.
@Suite struct DamageTests {
    /// A file whose damage a read must find, and the read.
    enum Place: String, CaseIterable {
        case fullLeaves = "tile/0/001"
        case upper = "tile/1/000"
        case fullBundle = "tile/entries/001"
        case lastBundle = "tile/entries/273.p/112"

        /// The file, as an error names it.
        var file: LogFile {
            let part: LogPart =
                switch self {
                case .fullLeaves: .tile(TileID(level: 0, index: 1), width: 256)
                case .upper: .tile(TileID(level: 1, index: 0), width: 256)
                case .fullBundle: .bundle(1, width: 256)
                case .lastBundle: .bundle(273, width: 112)
                }
            return LogLayout.tiles.file(part)
        }

        func read(_ tree: LogTree) async throws {
            switch self {
            case .fullLeaves, .upper: _ = try await tree.leafHash(at: 300)
            case .fullBundle: _ = try await tree.entry(at: 300)
            case .lastBundle: _ = try await tree.entry(at: 69_999)
            }
        }
    }

    /// A byte that is another is found wherever it stands; the file is named, asked for again the
    /// next time, and believed once it is right.
    @Test(arguments: Place.allCases)
    func aChangedByteIsFoundAndNotKept(place: Place) async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let cache = TileCache()
        let path = place.rawValue
        let whole = try #require(try log.file(path))
        var random = SeededRandom(for: "aChangedByteIsFoundAndNotKept \(path)")
        for _ in 0..<8 {
            var bytes = whole
            bytes[random.number(below: bytes.count)] ^= 1 << UInt8(random.number(below: 8))
            source.show(bytes, at: path)
            let tree = try await TiledLog(source, trust: log.trust, cache: cache).newest()
            for _ in 0..<2 {
                try await expect(path, random.description) { try await place.read(tree) }
            }
        }
        source.mend(path)
        let tree = try await TiledLog(source, trust: log.trust, cache: cache).newest()
        try await place.read(tree)
        #expect(source.takeAsked().count { $0 == path } == 17)
    }

    /// Expects that a read names the file.
    private func expect(
        _ path: String, _ remark: String = "", _ read: () async throws -> Void
    ) async throws {
        do {
            try await read()
            Issue.record("\(path) was believed; \(remark)")
        } catch let error as LogError {
            switch error {
            case .malformed(let found, _), .refuted(let found, _), .tooLarge(let found, _):
                #expect(found.path == "shown:\(path)", "\(remark)")
            default:
                Issue.record("\(error); \(remark)")
            }
        }
    }

    @Test(arguments: Place.allCases)
    func aFileOfAnotherLengthIsRefused(place: Place) async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        let path = place.rawValue
        let whole = try #require(try log.file(path))
        for bytes in [[], Array(whole.dropLast()), whole + [0], Array(whole.dropFirst(32))] {
            source.show(bytes, at: path)
            try await expect(path) { try await place.read(tree) }
        }
        source.show([UInt8](repeating: 0, count: LogLimits.bundleBytes + 1), at: path)
        try await expect(path) { try await place.read(tree) }
    }

    /// An absence and a look that fails are two things, and neither is a value.
    @Test(arguments: Place.allCases)
    func whatCannotBeLookedAtIsNotAbsent(place: Place) async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        let path = place.rawValue
        source.show(nil, at: path)
        let file = source.place(of: place.file)
        #expect(file.path == "shown:\(path)")
        await #expect(throws: LogError.missing(file)) { try await place.read(tree) }
        source.fail(path)
        await #expect(
            throws: LogError.service(file, .unreachable("cannot be looked at"))
        ) { try await place.read(tree) }
        source.mend(path)
        try await place.read(tree)
    }

    /// Partial tiles are proven together: all of them are named, and nothing is kept.
    @Test func aChangedTileAtTheBorderIsFound() async throws {
        for (size, paths) in [
            (200, ["tile/0/000.p/200"]), (600, ["tile/0/002.p/88", "tile/1/000.p/2"]),
        ] {
            let log = try MadeLog(size)
            let source = Shown(log)
            let tree = try await TiledLog(source, trust: log.trust).newest()
            for path in paths {
                var bytes = try #require(try log.file(path))
                bytes[0] ^= 1
                source.show(bytes, at: path)
                do {
                    _ = try await tree.leafHash(at: 5)
                    Issue.record("\(path) was believed")
                } catch {
                    guard case .refuted(let named, _) = error else {
                        Issue.record("\(error)")
                        continue
                    }
                    for path in paths { #expect(named.path.contains(path)) }
                }
                source.mend(path)
            }
            #expect(try await tree.leafHash(at: 5) == .leaf(log.leaves[5]))
        }
    }

    /// Who reads everything computes the tiles, and so names the one that is wrong.
    @Test(arguments: [
        "tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001",
        "tile/entries/002.p/88",
    ])
    func readingEverythingNamesTheFile(path: String) async throws {
        let log = try MadeLog(600)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        try await tree.verify()
        var bytes = try #require(try log.file(path))
        bytes[bytes.count - 1] ^= 1
        source.show(bytes, at: path)
        do {
            try await tree.verify()
            Issue.record("\(path) was believed")
        } catch let error as LogError {
            guard case .refuted(let named, _) = error else {
                Issue.record("\(error)")
                return
            }
            // A leaf that is another is seen in the tile over it.
            #expect(named.path == "shown:\(path.replacing("entries", with: "0"))")
        }
    }

    // MARK: - Who signed it

    @Test func aCheckpointOfAnotherKeyIsNotBelieved() async throws {
        let (log, other) = (try MadeLog(10), try MadeLog(10))
        do {
            _ = try await TiledLog(Shown(log), trust: other.trust).newest()
            Issue.record("it was believed")
        } catch {
            let source = Shown(log)
            #expect(error == .unknownKey(source.place(of: LogLayout.tiles.file(.checkpoint))))
            #expect(error.meaning == .untrusted)
        }
    }

    /// The history of keys says which may sign trees of which sizes.
    @Test func aKeyIsBelievedForItsSizesOnly() async throws {
        let log = try MadeLog(10)
        let key = log.signer.verifierKey
        for (last, isBelieved) in [(10, true), (9, false)] as [(UInt64, Bool)] {
            let trust = LogTrust.log(
                origin: MadeLog.origin, keys: [.init(key: key, lastSize: last)])
            let tree = try? await TiledLog(Shown(log), trust: trust).newest()
            #expect((tree != nil) == isBelieved)
        }
    }

    @Test func aPolicyDecidesWhoMustHaveSigned() async throws {
        let (log, other) = (try MadeLog(10), try MadeLog(10))
        for (signer, isBelieved) in [(log.signer, true), (other.signer, false)] {
            let policy = try TrustPolicy(logs: [.init(key: signer.verifierKey, url: nil)])
            let tree = try? await TiledLog(Shown(log), trust: .policy(policy)).newest()
            #expect((tree != nil) == isBelieved)
        }
    }

    @Test func whatIsNoCheckpointIsRefused() async throws {
        let log = try MadeLog(10)
        let source = Shown(log)
        let note = try log.note()
        for bytes in [[], Array(note.dropLast(2)), [UInt8](repeating: 0x41, count: 200_000)] {
            source.show(bytes, at: "checkpoint")
            await #expect(throws: LogError.self) {
                try await TiledLog(source, trust: log.trust).newest()
            }
        }
        source.show(nil, at: "checkpoint")
        let checkpoint = source.place(of: LogLayout.tiles.file(.checkpoint))
        await #expect(throws: LogError.missing(checkpoint)) {
            try await TiledLog(source, trust: log.trust).newest()
        }
    }

    // MARK: - Growing, and forking

    @Test(arguments: [1, 255, 256, 600, 699, 700])
    func aLogThatGrewIsFollowed(size: Int) async throws {
        let log = try MadeLog(700)
        let source = Shown(log, size: size)
        let reader = TiledLog(source, trust: log.trust)
        let older = try await reader.newest()
        source.show(size: 700)
        let newer = try await reader.newest(extending: older.checkpoint)
        #expect(newer.size == 700)
        #expect(try await newer.entry(at: 699) == log.leaves[699])
    }

    /// The same keys have signed another history, from some leaf on.
    @Test(arguments: [(600, 599), (600, 0), (256, 100), (700, 300)])
    func aForkIsSeen(known: Int, fork: Int) async throws {
        let key = SigningKey.ed25519(Curve25519.Signing.PrivateKey())
        let log = try MadeLog(700, key: key)
        let forked = try MadeLog(700, fork: fork, key: key)
        let cache = TileCache()
        let older = try await TiledLog(Shown(log, size: known), trust: log.trust, cache: cache)
            .newest()
        _ = try await older.leafHash(at: 0)
        let reader = TiledLog(Shown(forked), trust: log.trust, cache: cache)
        do {
            _ = try await reader.newest(extending: older.checkpoint)
            Issue.record("the fork was followed")
        } catch {
            guard case .fork(let shown, older.checkpoint) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(shown.encoded == (try forked.note()))
        }
        // What was kept of the fork is never given out as the log's.
        let again = try await TiledLog(Shown(log), trust: log.trust, cache: cache)
            .newest(extending: older.checkpoint)
        for index in [0, 255, 256, 699] as [UInt64] {
            #expect(try await again.leafHash(at: index) == .leaf(log.leaves[Int(index)]))
        }
    }

    @Test func anOlderCheckpointIsNoNews() async throws {
        let log = try MadeLog(700)
        let known = try log.checkpoint(650)
        await #expect(throws: LogError.behind(size: 600, known: 650)) {
            try await TiledLog(Shown(log, size: 600), trust: log.trust).newest(extending: known)
        }
    }
}
