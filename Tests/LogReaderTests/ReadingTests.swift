import Checkpoints
import Crypto
import Encoding
import LogReader
import Merkle
import TestSupport
import Testing

/// What a log holds is what its leaves say, proven into its checkpoint.
@Suite struct ReadingTests {
    /// Sizes at which the border lies otherwise: one tile, full tiles, two and three levels.
    static let sizes = [1, 2, 255, 256, 257, 511, 512, 600, 65_536, 65_537, 70_000]

    @Test(arguments: sizes)
    func everyReadIsWhatTheLeavesSay(size: Int) async throws {
        let log = try MadeLog(size)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        #expect(tree.checkpoint == (try log.checkpoint()))
        #expect(tree.verified.signers == [log.signer.verifierKey])
        var random = SeededRandom(for: "everyReadIsWhatTheLeavesSay \(size)")
        let places = [0, size - 1] + (0..<6).map { _ in random.number(below: size) }
        for place in places {
            let index = UInt64(place)
            #expect(try await tree.entry(at: index) == log.leaves[place])
            #expect(try await tree.leafHash(at: index) == .leaf(log.leaves[place]))
            let within = random.number(below: size - place) + place + 1
            for treeSize in [size, within] {
                let proof = try await tree.inclusionProof(of: index, in: UInt64(treeSize))
                #expect(proof.root(from: .leaf(log.leaves[place])) == log.root(treeSize))
            }
            let consistency = try await tree.consistencyProof(
                from: index + 1, to: UInt64(within))
            try consistency.verify(old: log.root(place + 1), new: log.root(within))
        }
    }

    @Test func whatIsOutsideTheTreeIsRefused() async throws {
        let log = try MadeLog(300)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        let calls: [() async throws -> Void] = [
            { _ = try await tree.entry(at: 300) }, { _ = try await tree.leafHash(at: 300) },
            { _ = try await tree.inclusionProof(of: 300) },
            { _ = try await tree.inclusionProof(of: 5, in: 301) },
            { _ = try await tree.inclusionProof(of: 5, in: 5) },
            { _ = try await tree.consistencyProof(from: 301) },
            { _ = try await tree.consistencyProof(from: 7, to: 6) },
            { _ = try await tree.consistencyProof(from: 7, to: 301) },
            { try await tree.forEachEntry(in: 0..<301) { _, _ in } },
            { try await tree.requireEntries(299..<301) },
        ]
        for call in calls {
            do {
                try await call()
                Issue.record("it was answered")
            } catch let error as LogError {
                guard case .outside = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }

    @Test func theEmptyLogIsRead() async throws {
        let log = try MadeLog(0)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        #expect(tree.size == 0)
        try await tree.forEachEntry(in: 0..<0) { _, _ in Issue.record("there is no entry") }
        try await tree.verify()
    }

    @Test(arguments: [0..<1_000, 250..<260, 256..<512, 999..<1_000, 7..<7] as [Range<UInt64>])
    func aRangeIsHandedOverInItsOrder(range: Range<UInt64>) async throws {
        let log = try MadeLog(1_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        var next = range.lowerBound
        try await tree.forEachEntry(in: range) { index, entry in
            #expect(index == next)
            #expect(entry == log.leaves[Int(index)])
            next += 1
        }
        #expect(next == range.upperBound)
    }

    /// Of 120 bundles no more are asked for, or wait, than the limit says; what is read fast does
    /// not pile up before what is used slowly.
    @Test func aRangeIsReadNoFurtherAheadThanTheLimit() async throws {
        let log = try MadeLog(120 * 256)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        _ = source.takeAsked()
        var used = 0
        var asked = 0
        try await tree.forEachEntry(in: 0..<tree.size) { index, _ in
            guard index % 256 == 0 else { return }
            for _ in 0..<20 { await Task.yield() }
            asked += source.takeAsked().count { $0.hasPrefix("tile/entries/") }
            used += 1
            #expect(asked <= used + LogLimits.bundlesAhead)
        }
        #expect(used == 120)
        #expect(source.mostOpen <= max(LogLimits.bundlesAhead, LogLimits.tilesAtOnce))
    }

    /// However many bundles are asked for at once, what proves them is asked for once.
    @Test func aRangeAsksForEachFileOnce() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        try await tree.forEachEntry(in: 1_000..<70_000) { _, _ in }
        let asked = source.takeAsked()
        #expect(Set(asked).count == asked.count)
        #expect(
            asked.filter { !$0.hasPrefix("tile/entries/") } == [
                "checkpoint", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17",
                "tile/2/000.p/1",
            ])
        #expect(asked.count { $0.hasPrefix("tile/entries/") } == 274 - 3)
    }

    /// A body that throws ends it at once.
    @Test func aRangeEndsWhereItsReaderDoes() async throws {
        let log = try MadeLog(2_000)
        let tree = try await TiledLog(Shown(log), trust: log.trust).newest()
        var seen = 0
        await #expect(throws: FixtureError.self) {
            try await tree.forEachEntry(in: 0..<2_000) { _, _ in
                seen += 1
                if seen == 300 { throw FixtureError.unexpected("enough") }
            }
        }
        #expect(seen == 300)
    }

    // MARK: - What is asked for

    /// The tiles of all levels of a border are asked for at once, and only once.
    @Test func theBorderIsReadOnceAndTilesAreKept() async throws {
        let log = try MadeLog(70_000)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        #expect(source.takeAsked() == ["checkpoint"])
        _ = try await tree.inclusionProof(of: 0)
        #expect(
            source.takeAsked() == [
                "tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17",
                "tile/2/000.p/1",
            ])
        _ = try await tree.inclusionProof(of: 255)
        _ = try await tree.leafHash(at: 69_999)
        _ = try await tree.consistencyProof(from: 256)
        #expect(source.takeAsked() == [])
        // A bundle that is full is proven by the tile above the one over it.
        _ = try await tree.entry(at: 600)
        #expect(source.takeAsked() == ["tile/entries/002"])
    }

    @Test func noMoreTilesAreKeptThanTheLimit() async throws {
        let log = try MadeLog(256 * 64)
        let cache = TileCache(tileCount: 8)
        let source = Shown(log)
        let tree = try await TiledLog(source, trust: log.trust, cache: cache).newest()
        for tile in 0..<64 { _ = try await tree.leafHash(at: UInt64(tile) * 256) }
        #expect(cache.count <= 8)
        _ = source.takeAsked()
        _ = try await tree.leafHash(at: 63 * 256)
        #expect(source.takeAsked() == [])
        _ = try await tree.leafHash(at: 0)
        #expect(source.takeAsked() == ["tile/0/000"])
    }

    // MARK: - Partial and full

    /// A partial file may be gone once the full one is there (C2SP tlog-tiles).
    @Test func theFullFileServesWhereThePartialOneIsGone() async throws {
        let log = try MadeLog(700)
        let source = Shown(log, size: 600)
        let tree = try await TiledLog(source, trust: log.trust).newest()
        for name in ["tile/0/002.p/88", "tile/1/000.p/2"] { source.show(nil, at: name) }
        let partial = LogLayout.tiles.file(.tile(TileID(level: 0, index: 2), width: 88))
        await #expect(throws: LogError.missing(source.place(of: partial))) {
            _ = try await tree.leafHash(at: 599)
        }
        let larger = try MadeLog(256 * 256)
        for path in ["tile/0/002", "tile/1/000", "tile/entries/002"] {
            source.show(try larger.file(path), at: path)
        }
        source.show(nil, at: "tile/entries/002.p/88")
        #expect(try await tree.leafHash(at: 599) == .leaf(log.leaves[599]))
        #expect(try await tree.entry(at: 599) == log.leaves[599])
        let proof = try await tree.inclusionProof(of: 599)
        #expect(proof.root(from: .leaf(log.leaves[599])) == log.root(600))
    }
}
