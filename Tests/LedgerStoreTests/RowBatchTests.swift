import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance
import Synchronization
import TestLedger
import Testing

@Suite struct RowBatchTests {
    private let shelf: StoreShelf

    init() throws {
        shelf = try StoreShelf()
    }

    @Test func anEntryIsFoundByEachOfItsNames() throws {
        let statements = try (0..<20).map { try shelf.capture("work-\($0 % 4)").named }
        try shelf.put(statements)
        let store = shelf.store
        let stranger = try shelf.capture("work-0").named
        let found = try store.names(of: statements + [stranger])
        #expect(found.map(\.index) == (0..<20).map { UInt64($0) } + [nil])
        #expect(found.map(\.nonceIndex) == found.map(\.index))
        for (index, named) in statements.enumerated() {
            #expect(try store.leaf(UInt64(index)) == named.statement.leaf)
            #expect(try store.entry(named.statement.id)?.index == UInt64(index))
        }
        #expect(try store.entry(stranger.statement.id) == nil)
    }

    @Test func theEntriesOfAnArtifactComeRisingFromTheFirstThatIsAskedFor() throws {
        try shelf.put((0..<20).map { try shelf.capture("work-\($0 % 4)").named })
        let artifact = Hash.sha256(Array("work-1".utf8))
        func entries(_ start: UInt64, _ end: UInt64, _ limit: Int) throws -> [UInt64] {
            try shelf.store.entries(
                of: .artifact(artifact), in: KeysCover(end: 20), from: start, below: end,
                limit: limit)
        }
        #expect(try entries(0, .max, 9) == [1, 5, 9, 13, 17])
        #expect(try entries(2, 14, 9) == [5, 9, 13])
        #expect(try entries(5, .max, 2) == [5, 9])
        #expect(try entries(9, 9, 9).isEmpty)
        #expect(try entries(10, 3, 9).isEmpty)
    }

    @Test func theEntriesThatShareAManifestAreThoseWithItsDigest() throws {
        let twice = try shelf.capture("work")
        let other = try shelf.capture("work")
        try shelf.put([twice.named, other.named, twice.named])
        let shared = try shelf.store.entries(
            sharing: twice.manifest.digest, artifact: Hash.sha256(Array("work".utf8)), limit: 9
        ) { artifact, start, end, limit throws(LedgerError) in
            try shelf.store.entries(
                of: .artifact(artifact), in: KeysCover(end: 3), from: start, below: end,
                limit: limit)
        }
        #expect(shared.entries == [0, 2])
        #expect(shared.examined == 3)
        #expect(shared.next == nil)
    }

    @Test func anErasedManifestIsGoneFromItsRow() throws {
        let (named, manifest) = try shelf.capture("work")
        let erasure = try shelf.capture("erasure").named.statement.id
        let store = shelf.store
        try store.write(.batch, sync: false) { $0.put(manifest: manifest.bytes, at: 7) }
        #expect(
            try store.manifest(at: 7, without: [:])
                == .present(manifest.bytes, digest: named.statement.manifestDigest))
        #expect(
            try store.manifest(at: 7, without: [manifest.digest: erasure])
                == .erased(by: erasure))
        #expect(try !store.isManifestErased(at: 7))
        try store.write(.erasure, sync: false) { $0.erase(manifestAt: 7, by: erasure) }
        #expect(try store.manifest(at: 7, without: [:]) == .erased(by: erasure))
        #expect(try store.isManifestErased(at: 7))
        let row = try #require(try store.value(StoreLayout.key(7), in: store.manifests))
        #expect(row == [1] + erasure.hash.bytes)
    }

    @Test func aManifestThatDidNotComeBackIsNotHere() throws {
        let store = shelf.store
        try store.write(.batch, sync: false) { $0.putMissingManifest(at: 3) }
        #expect(try store.manifest(at: 3, without: [:]) == .notHere)
        #expect(try store.manifest(at: 4, without: [:]) == nil)
    }

    @Test func aTileOfAnyWidthIsThePrefixOfItsRow() throws {
        let store = shelf.store
        let tile = TileID(level: 0, index: 2)
        let hashes = (0..<200).map { Hash.leaf([UInt8($0)]) }
        try store.write(.batch, sync: false) { $0.put(tile, hashes) }
        for width in [1, 3, 200] {
            #expect(
                try store.tile(tile, width: width) == hashes.prefix(width).flatMap(\.bytes))
        }
        #expect(throws: LedgerError.self) { try store.tile(tile, width: 201) }
        #expect(throws: LedgerError.self) { try store.tile(TileID(level: 0, index: 3), width: 1) }
    }

    @Test func theNewestHeadIsTheLargestAndTheNewestSignedOneHasANote() throws {
        let store = shelf.store
        #expect(try store.newestHead() == nil)
        var heads = (1...5).map { HeadRow(size: $0, time: 1000 + $0, root: .emptyTree) }
        for place in heads.indices.prefix(3) {
            heads[place].receipt = HeadReceipt(protected: [1], signature: [2], note: [3])
        }
        for head in heads { try store.put(head) }
        #expect(try store.newestHead() == heads[4])
        #expect(try store.newestSignedHead() == heads[2])
        #expect(try store.headValues(from: 2, below: 5, limit: 2).map(\.size) == [2, 3])
        #expect(try store.headValues(from: 5, below: 5, limit: 2).isEmpty)
        try store.write(.prune, sync: false) { $0.removeHead(size: 3) }
        #expect(try store.head(size: 3) == nil)
        #expect(try store.newestSignedHead() == heads[1])
    }
}

@Suite struct StoreWriterTests {
    /// Whether the batch came to the disk before it failed or not: all of it is there, or nothing.
    @Test(arguments: WriteFault.allCases)
    func afterAFailedWriteNothingIsWrittenUntilTheStoreIsOpenedAgain(fault: WriteFault) throws {
        let isArmed = Mutex(false)
        let shelf = try StoreShelf(faultHook: { _ in isArmed.withLock { $0 } ? fault : nil })
        let statements = try (0..<3).map { try shelf.capture("work-\($0)").named }
        try shelf.put([statements[0]])
        isArmed.withLock { $0 = true }
        #expect(throws: LedgerError.self) { try shelf.put([statements[1]], from: 1) }
        isArmed.withLock { $0 = false }
        #expect(throws: LedgerError.self) { try shelf.put([statements[2]], from: 2) }
        #expect(shelf.store.writer.failed != nil)
        try shelf.reopen()
        let expected: [UInt64?] = [0, fault == .persisted ? 1 : nil, nil]
        let found = try shelf.store.names(of: statements)
        #expect(found.map(\.index) == expected)
        #expect(found.map(\.nonceIndex) == expected)
        try shelf.put([statements[2]], from: 2)
        #expect(try shelf.store.leaf(2) == statements[2].statement.leaf)
    }
}
