import Encoding
import Foundation
import Ledger
import LedgerStore
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestSupport
import Testing

/// What an index of pictures reads of a ledger, and how an erasure waits for it.
@Suite(.serialized) struct LikenessTests {
    private static let hash = PDQHash(1, 2, 3, 4)

    private let fixture: LedgerFixture

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
    }

    /// Something beside the store that forgets when it is told to.
    private final class Memory: ManifestMemory {
        struct Failure: Error {}

        enum Mood { case fails, waits, forgets }

        private let state = Mutex(
            (mood: Mood.fails, asked: [(entries: [UInt64], end: UInt64)]()))

        var asked: [(entries: [UInt64], end: UInt64)] { state.withLock { $0.asked } }

        func become(_ mood: Mood) { state.withLock { $0.mood = mood } }

        func forget(_ entries: [UInt64], erasedBelow end: UInt64) throws -> Bool {
            try state.withLock { state in
                state.asked.append((entries, end))
                if state.mood == .fails { throw Failure() }
                return state.mood == .forgets
            }
        }
    }

    /// Signs a statement of its own about a manifest.
    private func statement(_ manifest: Manifest) throws -> [UInt8] {
        try Signer(issuer: LedgerFixture.berlin, key: fixture.pop).sign(
            manifest, thread: "urn:example:photo", Freshness(issuedAt: fixture.clock.now)
        ).bytes
    }

    private func erase(_ id: EntryID) async throws -> EntryID {
        guard case .present(_, let digest)? = try fixture.ledger.manifest(id) else {
            throw FixtureError.unexpected("no manifest")
        }
        let erasure = ErasureManifest(
            entries: [Text("\(id)")], sha256: digest, reason: "asked for",
            authority: "the person shown")
        return try await fixture.registerNew(
            fixture.control(
                erasure.manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())))
    }

    @Test func onlyHashesThatCanBeComparedAreRead() async throws {
        let start = fixture.ledger.readableSize
        for looks in [
            .of(Self.hash), nil, .of(Self.hash, quality: 49),
            PerceptualHash(
                algorithm: "pdq", value: "unavailable", quality: 0, profile: "no decoder"),
            .of(Self.hash, quality: 50),
        ] as [PerceptualHash?] {
            _ = try await fixture.registerNew(fixture.capture("photo", looks: looks))
        }
        let found = try fixture.ledger.pictureHashes(in: 0..<fixture.ledger.readableSize)
        #expect(found.map(\.index) == [start, start + 4])
        #expect(found.allSatisfy { $0.hash == Self.hash })
        #expect(try fixture.ledger.pictureHashes(in: start + 1..<start + 4).isEmpty)
    }

    /// The store is closed, so nothing can be read: the hashes were taken at admission, and are
    /// given out once.
    @Test func newPicturesNeedNoLookAtTheirRows() async throws {
        let old = fixture.ledger.readableSize
        _ = try await fixture.registerNew(fixture.capture("before", looks: .of(Self.hash)))
        fixture.ledger.keepPictureHashes()
        for looks in [.of(Self.hash), nil, .of(Self.hash, quality: 49)] as [PerceptualHash?] {
            _ = try await fixture.registerNew(fixture.capture("photo", looks: looks))
        }
        let new = old + 1..<old + 4
        #expect(fixture.ledger.readableSize == new.upperBound)
        fixture.ledger.close()
        #expect(throws: LedgerError.self) { try fixture.ledger.pictureHashes(in: old..<old + 1) }
        let found = try fixture.ledger.pictureHashes(in: new)
        #expect(found.map(\.index) == [new.lowerBound] && found.first?.hash == Self.hash)
        #expect(throws: LedgerError.self) { try fixture.ledger.pictureHashes(in: new) }
    }

    @Test func whereNobodySearchesNothingIsKept() async throws {
        let index = fixture.ledger.readableSize
        _ = try await fixture.registerNew(fixture.capture("photo", looks: .of(Self.hash)))
        fixture.ledger.close()
        #expect(throws: LedgerError.self) {
            try fixture.ledger.pictureHashes(in: index..<index + 1)
        }
    }

    /// What is kept of a manifest is gone with it, and one that comes again is not kept.
    @Test func anErasureTakesWhatIsKept() async throws {
        fixture.ledger.keepPictureHashes()
        let index = fixture.ledger.readableSize
        let manifest = try LedgerFixture.manifest(
            of: "photo", pop: LedgerFixture.berlin, nonce: randomBytes(), looks: .of(Self.hash))
        let id = try await fixture.registerNew(statement(manifest))
        _ = try await fixture.registerNew(fixture.capture("other", looks: .of(Self.hash)))
        _ = try await erase(id)
        #expect(try fixture.ledger.pictureHashes(in: index..<index + 3).map(\.index) == [index + 1])
        _ = try await fixture.registerNew(statement(manifest))
        #expect(try fixture.ledger.pictureHashes(in: index..<index + 4).map(\.index) == [index + 1])
    }

    @Test func anEntryIsNamedWithWhatItsManifestSays() async throws {
        let index = fixture.ledger.readableSize
        let id = try await fixture.registerNew(
            fixture.capture("photo", title: "Harbour", looks: .of(Self.hash)))
        let look = try #require(try fixture.ledger.look(at: index))
        #expect(look.id == id && look.title == "Harbour" && look.hash == Self.hash)
        #expect(look.issuer == LedgerFixture.berlin)
        #expect(try fixture.ledger.look(at: index + 1) == nil)
        // An entry that is no picture has a name and no hash.
        _ = try await fixture.registerNew(fixture.capture("text"))
        #expect(try #require(try fixture.ledger.look(at: index + 1)).hash == nil)
    }

    /// From its answer on nothing of an erased manifest is read; the erasure is done once all
    /// memories have forgotten it, and not before.
    @Test func anErasureWaitsForEachMemory() async throws {
        let memory = Memory()
        fixture.ledger.addMemory(memory)
        let index = fixture.ledger.readableSize
        let id = try await fixture.registerNew(fixture.capture("photo", looks: .of(Self.hash)))
        let erasure = try await erase(id)
        #expect(try fixture.ledger.pictureHashes(in: 0..<index + 2).isEmpty)
        #expect(try fixture.ledger.look(at: index) == nil)
        try await eventually("the memory has failed twice") { memory.asked.count > 1 }
        #expect(!fixture.ledger.isDone(erasure: erasure))
        memory.become(.waits)
        let count = memory.asked.count
        try await eventually("the memory is asked again") { memory.asked.count > count + 3 }
        #expect(!fixture.ledger.isDone(erasure: erasure))
        memory.become(.forgets)
        try await eventually("the erasure is done") { fixture.ledger.isDone(erasure: erasure) }
        let asked = try #require(memory.asked.last)
        #expect(asked.entries == [index] && asked.end == index + 2)
        #expect(fixture.ledger.newestErasure == index + 1)
    }

    /// Manifests may come back, of which it has no rows.
    @Test func bringingALedgerBackRemovesWhatIsKnownOfItsPictures() throws {
        let path = fixture.options.places.similar
        #expect(path == fixture.options.data + ".similar")
        fixture.ledger.close()
        try Data("rows".utf8).write(to: URL(filePath: path))
        let recovery = try Recovery(fixture.options)
        recovery.close()
        #expect(try !isThere(path))
        try fixture.reopen()
    }

    /// A manifest that spells the member with escapes is read, too.
    @Test(arguments: [
        (#"{"a":1}"#, false), (#"{"perceptualHashes":[]}"#, true),
        (#"{"\u0070erceptualHashes":[]}"#, true), (#"{"perceptualHashe":[]}"#, false),
        (#"{"a":"perceptualHashes"}"#, true), ("", false), ("\"", false),
    ])
    func aManifestWithHashesIsNeverPassedOver(text: String, mayBe: Bool) {
        #expect(PerceptualHash.mayBe(in: Array(text.utf8)) == mayBe)
    }
}
