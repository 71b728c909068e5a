import Checkpoints
import Compression
import HTTPCalls
import LogReader
import Merkle
import TestSupport
import Testing

/// A walk hands out each leaf once, in order and proven, and looks at every file of the log.
@Suite struct WalkTests {
    /// The names of all files that a tree of `size` is made of.
    private static func files(_ log: MadeLog, _ size: Int) -> Set<String> {
        var names: Set<String> = []
        for level in 0..<8 as Range<UInt8> {
            var id = TileID(level: level, index: 0)
            while id.width(in: UInt64(size)) > 0 {
                let width = id.width(in: UInt64(size))
                names.insert(TilePath.tile(id, width: width).description)
                if level == 0 {
                    names.insert(TilePath.entries(index: id.index, width: width).description)
                }
                id = TileID(level: level, index: id.index + 1)
            }
        }
        return names
    }

    @Test(arguments: ReadingTests.sizes)
    func eachLeafIsHandedOutOnceAndEachFileIsLookedAt(size: Int) async throws {
        let log = try MadeLog(size)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        _ = source.takeAsked()
        var next: UInt64 = 0
        try await tree.walk(0..<tree.size) { bundle in
            #expect(bundle.damage.isEmpty)
            #expect(bundle.indexes.lowerBound == next)
            for index in bundle.indexes {
                let leaf = log.leaves[Int(index)]
                #expect(bundle.value[index].elementsEqual(leaf))
                #expect(bundle.value.hash(of: index) == .leaf(leaf))
                bundle.value.withLeaf(at: index) { #expect($0.count == leaf.count) }
            }
            next = bundle.indexes.upperBound
        }
        #expect(next == tree.size)
        let asked = source.takeAsked()
        #expect(Set(asked) == Self.files(log, size))
        // A bundle, and a tile of the lowest level, is asked for once.
        #expect(
            asked.count { $0.hasPrefix("tile/0/") || $0.hasPrefix("tile/entries/") }
                == Set(asked).count { $0.hasPrefix("tile/0/") || $0.hasPrefix("tile/entries/") })
    }

    @Test(
        arguments: [7..<7, 0..<1, 250..<260, 256..<512, 999..<1_000, 0..<1_000] as [Range<UInt64>])
    func aWalkBeginsAndEndsWhereItIsTold(range: Range<UInt64>) async throws {
        let log = try MadeLog(1_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var seen: [UInt64] = []
        try await tree.walk(range) { bundle in
            #expect(bundle.number == (bundle.indexes.first ?? 0) / 256)
            seen += bundle.indexes
        }
        #expect(seen == Array(range))
        let bundles = Set(source.takeAsked().filter { $0.hasPrefix("tile/entries/") })
        #expect(bundles.count == Set(range.map { $0 / 256 }).count)
    }

    @Test func aWalkOfWhatIsNotThereIsRefused() async throws {
        let log = try MadeLog(300)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        await #expect(throws: LogError.outside(index: 301, size: 300)) {
            try await tree.walk(0..<301) { _ in }
        }
    }

    /// The work that several tasks do is handed over in order all the same.
    @Test func whatIsPreparedIsTakenInOrder() async throws {
        let log = try MadeLog(5_000)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        var sums: [Int] = []
        try await tree.walk(
            0..<5_000,
            preparing: { leaves in
                for _ in 0..<leaves.number % 3 { await Task.yield() }
                return leaves.indexes.reduce(0) { $0 + leaves[$1].count }
            }, { sums.append($0.value) })
        let expected = stride(from: 0, to: 5_000, by: 256).map { start in
            log.leaves[start..<min(5_000, start + 256)].reduce(0) { $0 + $1.count }
        }
        #expect(sums == expected)
    }

    // MARK: - Limits

    @Test(arguments: [1, 3])
    func noMoreIsReadAheadThanTheLimit(bundles: Int) async throws {
        let log = try MadeLog(256 * 20)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var limits = WalkLimits()
        limits.bundles = bundles
        var taken = 0
        var ahead = 0
        try await tree.walk(0..<tree.size, limits: limits) { _ in
            ahead = max(
                ahead, source.asked.count { $0.hasPrefix("tile/entries/") } - taken)
            taken += 1
        }
        #expect(taken == 20)
        #expect(ahead <= bundles)
    }

    /// Bundles of the largest entries are more than what is read ahead: they come one by one.
    @Test func largeBundlesAreReadOneByOne() async throws {
        let log = try MadeLog(256 * 20 + 3) { [UInt8](repeating: UInt8($0 & 0xFF), count: 9_000) }
        let source = Shown(log, patience: [.zero])
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var limits = WalkLimits()
        limits.bytes = 4 << 20
        var next: UInt64 = 0
        try await tree.walk(0..<tree.size, limits: limits) { bundle in
            #expect(bundle.indexes.lowerBound == next)
            #expect(bundle.value[next].elementsEqual(log.leaves[Int(next)]))
            next = bundle.indexes.upperBound
        }
        #expect(next == tree.size)
        // Only those are read in vain that were begun before the first was known to be large.
        let bundles = source.takeAsked().filter { $0.hasPrefix("tile/entries/") }
        #expect(bundles.count < 30)
        // A bundle that is large is not a wrong one.
        #expect(source.takeFresh().isEmpty)
    }

    // MARK: - Wrong files

    /// Tiles prove each other; the one that is wrong is named, and every leaf is handed out.
    @Test(arguments: [
        (70_000, "tile/0/001"), (70_000, "tile/1/000"), (70_000, "tile/0/273.p/112"),
        (70_000, "tile/1/001.p/17"), (70_000, "tile/2/000.p/1"), (600, "tile/0/000"),
        (600, "tile/0/002.p/88"), (600, "tile/1/000.p/2"), (200, "tile/0/000.p/200"),
    ])
    func aWrongTileIsNamedAndTheLeavesAreProven(size: Int, path: String) async throws {
        let log = try MadeLog(size)
        var wrong = try #require(try log.file(path))
        wrong[wrong.count / 2] ^= 1
        for shown in [wrong, wrong.dropLast()] {
            let source = Shown(log)
            source.show(shown, at: path)
            let tree = try await TiledLog(source, trust: log.trust).newest()
            var damage: [LogError] = []
            var next: UInt64 = 0
            try await tree.walk(0..<tree.size) { bundle in
                damage += bundle.damage
                next = bundle.indexes.upperBound
            }
            #expect(next == tree.size)
            #expect(damage.count == 1)
            #expect(damage.first?.file?.path == "shown:\(path)")
            #expect(damage.first?.meaning == .wrong)
            guard case .tile(let id, let width)? = damage.first?.file?.part else {
                Issue.record("\(damage)")
                return
            }
            #expect(LogLayout.tiles.tile(id, width: width) == path)
        }
    }

    /// A tile that is not there is no finding, and no reason to pass it over: the walk ends below
    /// it, and the next one comes to it again.
    @Test(arguments: [
        (70_000, "tile/0/001", 256), (70_000, "tile/1/000", 65_280),
        (70_000, "tile/2/000.p/1", 69_888), (70_000, "tile/0/273.p/112", 69_888),
    ])
    func aMissingTileEndsTheWalk(size: Int, path: String, end: UInt64) async throws {
        let log = try MadeLog(size)
        let source = Shown(log)
        source.show(nil, at: path)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var next: UInt64 = 0
        do {
            try await tree.walk(0..<tree.size) { bundle in
                #expect(bundle.damage.isEmpty)
                next = bundle.indexes.upperBound
            }
            Issue.record("it was walked over")
        } catch let error as LogError {
            #expect(error.meaning == .missing)
            #expect(error.file?.path == "shown:\(path)")
        }
        #expect(next == end)
    }

    /// Two files of the border at once are found out, too.
    @Test func severalWrongTilesAreAllNamed() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let paths = ["tile/0/005", "tile/1/001.p/17", "tile/2/000.p/1"]
        for path in paths {
            var bytes = try #require(try log.file(path))
            bytes[7] ^= 0x80
            source.show(bytes, at: path)
        }
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var damage: [LogError] = []
        try await tree.walk(0..<tree.size) { damage += $0.damage }
        #expect(Set(damage.compactMap { $0.file?.path }) == Set(paths.map { "shown:\($0)" }))
        #expect(damage.count == paths.count)
    }

    /// Where what is below a wrong tile of the border is wrong, too, nothing is proven: all that
    /// may be wrong is named.
    @Test func wrongTilesAboveEachOtherEndTheWalk() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        for path in ["tile/1/000", "tile/2/000.p/1"] {
            var bytes = try #require(try log.file(path))
            bytes[7] ^= 0x80
            source.show(bytes, at: path)
        }
        let tree = try await TiledLog(source, trust: log.trust).newest()
        do {
            try await tree.walk(0..<tree.size) { _ in Issue.record("it was walked") }
        } catch let error as LogError {
            #expect(error.meaning == .wrong)
            #expect("\(error)".contains("shown:tile/2/000.p/1"))
        }
    }

    /// A wrong bundle cannot be made good: the walk ends there, and names it.
    @Test(arguments: ["tile/entries/001", "tile/entries/002.p/88"])
    func aWrongBundleEndsTheWalk(path: String) async throws {
        let log = try MadeLog(600)
        let whole = try #require(try log.file(path))
        var changed = whole
        changed[whole.count - 1] ^= 1
        for shown in [changed, whole.dropLast(), whole + [0], [], nil] as [[UInt8]?] {
            let source = Shown(log)
            source.show(shown, at: path)
            let tree = try await TiledLog(source, trust: log.trust).newest()
            var next: UInt64 = 0
            do {
                try await tree.walk(0..<600) { next = $0.indexes.upperBound }
                Issue.record("it was walked over")
            } catch let error as LogError {
                #expect(error.file?.path == "shown:\(path)")
                guard case .bundle(let number, let width)? = error.file?.part else {
                    Issue.record("\(error)")
                    return
                }
                #expect(LogLayout.tiles.bundle(number, width: width) == path)
                #expect(error.meaning == (shown == nil ? .missing : .wrong))
            }
            #expect(next == (path.contains("001") ? 256 : 512))
        }
    }

    /// Nobody knows what is in a file that cannot be read: no finding, and no way on.
    @Test(arguments: ["tile/0/001", "tile/1/000.p/2", "tile/entries/001", "tile/0/002.p/88"])
    func whatCannotBeReadIsNoFinding(path: String) async throws {
        let log = try MadeLog(600)
        let source = Shown(log)
        source.fail(path)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var damage: [LogError] = []
        do {
            try await tree.walk(0..<600) { damage += $0.damage }
            Issue.record("it was walked over")
        } catch let error as LogError {
            #expect(error.meaning == .unreadable)
        }
        #expect(damage.isEmpty)
    }

    /// A tile that was proven and kept is another one now: both are named.
    @Test func otherContentUnderAProvenNameIsSeen() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let cache = TileCache()
        let before = try await TiledLog(source, trust: log.trust, cache: cache).newest()
        _ = try await before.leafHash(at: 3)
        var bytes = try #require(try log.file("tile/1/000"))
        bytes[0] ^= 1
        source.show(bytes, at: "tile/1/000")
        let tree = try await TiledLog(source, trust: log.trust, cache: cache).newest()
        var damage: [LogError] = []
        try await tree.walk(0..<tree.size) { damage += $0.damage }
        guard case .changed(let file, let reason)? = damage.first else {
            Issue.record("\(damage)")
            return
        }
        #expect(file.path == "shown:tile/1/000")
        #expect(file.part == .tile(TileID(level: 1, index: 0), width: 256))
        #expect(reason.contains("the tile proven before"))
        #expect(damage.count == 1)
    }

    // MARK: - Asking again

    /// A cache on the way is late: what is asked for again is right.
    @Test(arguments: [
        "tile/entries/001", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/88",
        "tile/entries/002.p/88",
    ])
    func whatIsRightTheSecondTimeIsNoFinding(path: String) async throws {
        let log = try MadeLog(600)
        var bytes = try #require(try log.file(path))
        bytes[0] ^= 1
        for shown in [bytes, nil] as [[UInt8]?] {
            let source = Shown(log, patience: [.zero, .zero])
            source.show(shown, at: path)
            source.mendWhenFresh(path)
            let tree = try await TiledLog(source, trust: log.trust).newest()
            var next: UInt64 = 0
            try await tree.walk(0..<600) { bundle in
                #expect(bundle.damage.isEmpty)
                next = bundle.indexes.upperBound
            }
            #expect(next == 600)
            #expect(source.takeFresh().contains(path))
        }
    }

    /// Each file is asked for as often as the source's patience says; and where very many are
    /// wrong, the rest is not waited for.
    @Test func patienceEnds() async throws {
        let log = try MadeLog(256 * 40)
        let source = Shown(log, patience: [.zero, .zero])
        for tile in 0..<40 { source.show([1], at: "tile/0/0\(tile < 10 ? "0" : "")\(tile)") }
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var limits = WalkLimits()
        limits.bundles = 1
        var count = 0
        try await tree.walk(0..<tree.size, limits: limits) { count += $0.damage.count }
        #expect(count == 40)
        #expect(source.takeFresh().count == 2 * LogLimits.patientFiles)
    }

    /// A walk that is stopped while it waits to ask again has seen a file wrong once: that says
    /// nothing of the log.
    @Test(arguments: ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"])
    func aWalkThatIsStoppedFindsNothing(path: String) async throws {
        let log = try MadeLog(600)
        let shown = Shown(log)
        shown.show([1], at: path)
        let (asks, asked) = AsyncStream.makeStream(of: Void.self)
        let source = WaitingSource(shown: shown, path: path, asked: asked)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        let walk = Task {
            try await tree.walk(0..<600) { #expect($0.damage.isEmpty) }
        }
        _ = await asks.first { _ in true }
        walk.cancel()
        do {
            try await walk.value
            Issue.record("it went on")
        } catch let error as LogError {
            #expect(error.meaning == .unreadable)
        }
    }

    // MARK: - Gzip

    /// Some stores give bundles as they keep them, and do not say so.
    @Test(arguments: [600, 512])
    func gzipThatNobodyAnnouncedIsRead(size: Int) async throws {
        let log = try MadeLog(size)
        let source = Shown(log)
        for path in Self.files(log, size) where path.hasPrefix("tile/entries/") {
            let plain = try #require(try log.file(path))
            source.show(GzipDeflater.deflated(plain), at: path)
        }
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var next: UInt64 = 0
        try await tree.walk(0..<tree.size) { bundle in
            #expect(bundle.value[next].elementsEqual(log.leaves[Int(next)]))
            next = bundle.indexes.upperBound
        }
        #expect(next == tree.size)
        #expect(try await tree.entry(at: 300) == log.leaves[300])
    }

    /// A few bytes of gzip may hold gigabytes: no more is unfolded than a bundle may have.
    @Test func gzipThatUnfoldsWithoutEndIsRefused() async throws {
        let log = try MadeLog(300)
        let source = Shown(log)
        let bomb = GzipDeflater.deflated([UInt8](repeating: 0, count: LogLimits.bundleBytes + 1))
        source.show(bomb, at: "tile/entries/000")
        let tree = try await TiledLog(source, trust: log.trust).newest()
        await #expect(
            throws: LogError.tooLarge(
                source.place(of: LogLayout.tiles.file(.bundle(0, width: 256))),
                limit: LogLimits.bundleBytes)
        ) { try await tree.walk(0..<300) { _ in } }
    }
}
