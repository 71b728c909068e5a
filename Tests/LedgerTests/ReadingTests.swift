import Checkpoints
import Encoding
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

@Suite struct ReadingTests {
    let fixture: LedgerFixture
    private static let count = 600

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        var rest = Self.count
        while rest > 0 {
            let width = min(rest, 97)
            let items = try (0..<width).map { try fixture.capture("photo \(rest - $0)") }
            for answer in await fixture.ledger.register(items) {
                guard case .registered = answer else {
                    throw FixtureError.unexpected("\(answer)")
                }
            }
            rest -= width
        }
    }

    private var size: UInt64 { UInt64(Self.count) + 3 }

    @Test func bundlesTilesAndHeadAgree() throws {
        let head = fixture.ledger.head()
        #expect(head.size == size)
        var hashes: [Hash] = []
        for index in 0..<3 as Range<UInt64> {
            let width = TileID(level: 0, index: index).width(in: size)
            let bundle = try #require(
                try fixture.ledger.entryBundle(index: index, width: width))
            let leaves = RecordedLog.split(bundle)
            #expect(leaves.count == width)
            let tile = try #require(
                try fixture.ledger.tile(TileID(level: 0, index: index), width: width))
            #expect(leaves.flatMap { Hash.leaf($0).bytes } == tile)
            hashes += leaves.map { Hash.leaf($0) }
        }
        var range = CompactRange()
        for hash in hashes { range.append(hash) }
        #expect(range.root == head.root)
        let upper = try #require(try fixture.ledger.tile(TileID(level: 1, index: 0), width: 2))
        #expect(upper.count == 64)
        #expect(try fixture.ledger.tile(TileID(level: 1, index: 0), width: 3) == nil)
        #expect(try fixture.ledger.tile(TileID(level: 0, index: 2), width: 92) == nil)
    }

    /// Asked again, an entry's place and the first part of its path come from memory: in a tree
    /// that has grown since, too, and in tiles that were not full before.
    @Test func receiptsThatAreAskedForAgainProveTheNewestTree() async throws {
        var logged: [[UInt8]] = []
        for index in 0..<3 as Range<UInt64> {
            let width = TileID(level: 0, index: index).width(in: size)
            logged += RecordedLog.split(
                try #require(try fixture.ledger.entryBundle(index: index, width: width)))
        }
        for round in 0..<4 {
            let head = fixture.ledger.head()
            for leaf in logged + logged {
                let receipt = try #require(try fixture.ledger.receipt(EntryID(ofLeaf: leaf)))
                guard case .inclusion(let proof) = try Receipt(receipt).proof else {
                    throw FixtureError.unexpected("a receipt without an inclusion proof")
                }
                #expect(proof.treeSize == head.size)
                #expect(proof.root(from: .leaf(leaf)) == head.root)
            }
            let more = try (0..<60).map { try fixture.capture("more \(round) \($0)") }
            _ = await fixture.ledger.register(more)
        }
    }

    @Test func everyKeptHeadIsConsistentWithTheNewest() throws {
        let newest = fixture.ledger.head()
        var kept = 0
        for old in 1..<size {
            guard let head = try fixture.ledger.head(size: old) else { continue }
            kept += 1
            let path = try fixture.ledger.consistency(from: old, to: nil)
            try ConsistencyProof(oldSize: old, newSize: size, path: path)
                .verify(old: head.root, new: newest.root)
        }
        #expect(kept >= 2 + Self.count / 97)
        #expect(try fixture.ledger.consistency(from: 0, to: 5).isEmpty)
        #expect(throws: ReadRefusal.beyondTree(size: size)) {
            try fixture.ledger.consistency(from: 1, to: size + 1)
        }
        #expect(throws: ReadRefusal.self) { try fixture.ledger.consistency(from: 5, to: 4) }
    }

    @Test func anArtifactsEntriesAreListedInPages() throws {
        let subject = Hash.sha256(Array("photo 17".utf8))
        let all = try fixture.ledger.entries(subject: subject, after: nil, limit: 10)
        #expect(all.count == 1)
        let after = try fixture.ledger.entries(subject: subject, after: all[0].index, limit: 10)
        #expect(after.isEmpty)
        let unknown = try fixture.ledger.entries(subject: .sha256([9]), after: nil, limit: 10)
        #expect(unknown.isEmpty)
    }

    /// Whoever has a receipt finds the entry, though its rows are written behind it.
    @Test func aThreadHasAnEntryAsSoonAsItIsRegistered() async throws {
        for number in 0..<20 {
            let bytes = try fixture.capture("one copy", title: "\(number)")
            #expect(try await fixture.register(bytes).refusal == nil)
            let found = try fixture.ledger.thread(
                .subject, "urn:example:one-copy", after: nil, limit: 500)
            #expect(found.count == number + 1)
            #expect(found.map(\.index) == found.map(\.index).sorted())
            let last = try fixture.ledger.thread(
                .subject, "urn:example:one-copy", after: found.dropLast().last?.index, limit: 1)
            #expect(last == [found.last].compactMap { $0 })
        }
    }

    @Test func threadsListAnIssuersEntriesOldestFirst() async throws {
        let page = try await eventually("all are in the thread") {
            let page = try fixture.ledger.thread(
                .issuer, LedgerFixture.berlin, after: nil, limit: 1000)
            return page.count == Self.count ? page : nil
        }
        #expect(page.map(\.index) == Array(3..<size))
        let one = try fixture.ledger.thread(
            .subject, "urn:example:photo-17", after: nil, limit: 5)
        #expect(one.count == 1)
    }

    @Test func aTLogProofVerifiesByThePolicy() throws {
        let id = try fixture.ledger.entries(
            subject: .sha256(Array("photo 3".utf8)), after: nil, limit: 1)[0].id
        let bytes = try #require(try fixture.ledger.tlogProof(id))
        let policy = try TrustPolicy(parsing: fixture.ledger.trustKit().policy)
        let leaf = try #require(try fixture.ledger.statement(id))
        _ = try TLogProof(parsing: bytes).verify(leaf: .leaf(leaf), by: policy)
        #expect(throws: (any Error).self) {
            try TLogProof(parsing: bytes).verify(leaf: .leaf([0]), by: policy)
        }
    }

    @Test func manifestBundlesStandBesideEntryBundles() throws {
        let bundle = try #require(try fixture.ledger.manifestBundle(index: 0, width: 256))
        var manifests: [[UInt8]] = []
        var nulls = 0
        var rest = bundle[...]
        while let first = rest.first {
            if first == 0xF6 {
                nulls += 1
                rest = rest.dropFirst()
                continue
            }
            let count = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            try #require(first == 0x59)
            manifests.append(Array(rest.dropFirst(3).prefix(count)))
            rest = rest.dropFirst(3 + count)
        }
        #expect(nulls == 3)
        #expect(manifests.count == 253)
        for bytes in manifests { _ = try Manifest(bytes) }
    }

    /// What is read of one moment stands in one tree, on one signature, however the log grows.
    @Test func aMomentStaysAsItIsWhileTheLogGrows() async throws {
        let ledger = fixture.ledger
        let early = try TransparentStatement(fixture.capture("early"))
        _ = try await fixture.register(early.encoded())
        let moment = try ledger.moment()
        let late = try TransparentStatement(fixture.capture("late"))
        _ = try await fixture.register(late.encoded())
        let kit = try TrustKit(ledger.trustKit(of: moment))
        #expect(kit.size == moment.size && moment.size < ledger.readableSize)
        #expect(UInt64(kit.controls.count) == moment.controlCount)
        let id = early.statement.id
        let entry = try #require(try ledger.entry(id, in: moment))
        #expect(entry.record.statement.id == id && entry.record.manifest == early.manifest)
        #expect(entry.proof.treeSize == moment.size)
        #expect(entry.proof.root(from: .leaf(early.statement.leaf)) == kit.head.root)
        let note = try #require(try Receipt(entry.record.receipts[0]).note)
        #expect(try SignedNote(parsing: note).signatures.map(\.name) == [ledger.origin.text])
        let report = Verifier(kit).verify(
            file: entry.record.encoded(), artifact: nil, recordOnly: true)
        #expect(report.outcome == .verified && report.index == entry.proof.leafIndex)
        #expect(try ledger.entry(late.statement.id, in: moment) == nil)
        #expect(try ledger.entry(EntryID(.sha256([1])), in: moment) == nil)
        #expect(try ledger.entry(late.statement.id, in: ledger.moment()) != nil)
    }
}
