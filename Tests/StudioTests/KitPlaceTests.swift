import Checkpoints
import Files
import HTTPCalls
import Ledger
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import Testing
import TestSupport

/// A kit is read, written and brought up to date as a folder and as one file alike.
@Suite struct KitPlaceTests {
    private let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    /// The kit of a new ledger.
    private func newKit() throws -> TrustKit.Files {
        let ledger = try LedgerFixture()
        return try withExtendedLifetime(ledger) { try ledger.ledger.trustKit() }
    }

    private static let forms = ["kit", "kit.colophon-kit"]

    @Test(arguments: forms)
    func whatIsWrittenIsRead(name: String) throws {
        var files = try newKit()
        files.timestampRoots = [7]
        files.calendars = Array("https://a.example\n".utf8)
        try NewKit.write(files, to: place.path(name))
        let kit = try NamedKit(place.path(name))
        #expect(kit.files == files)
        #expect(kit.form == (name == "kit" ? .folder : .file))
        #expect(try kit.kit().size == 2)
        let error = #expect(throws: FileError.self) {
            try NewKit.write(files, to: place.path(name))
        }
        #expect(error?.reason == .exists)
    }

    @Test(arguments: forms)
    func aReplacedKitIsTheNewOneInItsOwnForm(name: String) throws {
        var old = try newKit()
        old.timestampRoots = [7]
        old.calendars = Array("https://a.example\n".utf8)
        try NewKit.write(old, to: place.path(name))
        let new = try newKit()
        try NewKit.replace(NamedKit(place.path(name)), by: new)
        #expect(try NamedKit(place.path(name)).files == new)
        let names = try place.names()
        #expect(names == [name])
    }

    /// A crash in the middle of an update: some files are new, and the rest follows.
    @Test func aFolderWhoseUpdateWasCutOffHoldsTheNewKit() throws {
        let (old, new) = (try newKit(), try newKit())
        try NewKit.write(old, to: place.path("kit"))
        try place.write(new.oneFile, to: "kit/\(TrustKit.Files.updateName)")
        try place.write(new.genesis, to: "kit/genesis")
        let cut = try NamedKit(place.path("kit"))
        #expect(try cut.files == new && cut.kit().size == 2)
        try NewKit.replace(cut, by: new)
        #expect(try NamedKit(place.path("kit")).files == new)
        #expect(try !place.has("kit/\(TrustKit.Files.updateName)"))
    }

    /// What has the name already may be anything.
    @Test func aRefusedKitIsKeptBesideWhateverHasItsName() throws {
        let files = try newKit()
        let head = try TrustKit(files).head
        let path = place.path("kit.colophon-kit")
        let first = try #require(try NewKit.keep(files, head: head, beside: path))
        #expect(try NewKit.keep(files, head: head, beside: path) == first)
        try place.write("torn", to: String(first.dropFirst(place.path.count + 1)))
        let second = try #require(try NewKit.keep(files, head: head, beside: path))
        #expect(second != first)
        #expect(try NamedKit(second).files == files)
    }

    @Test func aFileOfAnyNameIsTakenForAKitByWhatItHolds() throws {
        let files = try newKit()
        try place.write(files.oneFile, to: "anything")
        #expect(try NamedKit(place.path("anything")).files == files)
        try place.write("a picture", to: "photo.jpg")
        guard
            case .refused(_, let error) = #expect(
                throws: NamedKitError.self,
                performing: {
                    try NamedKit(place.path("photo.jpg"))
                })
        else {
            Issue.record("a picture was taken for a kit")
            return
        }
        #expect(error.file == nil)
        guard
            case .missing = #expect(
                throws: NamedKitError.self,
                performing: {
                    try NamedKit(place.path("nothing"))
                })
        else {
            Issue.record("nothing was taken for a kit")
            return
        }
    }

    @Test func whatIsRefusedTwiceIsKeptOnce() throws {
        let files = try newKit()
        let head = try TrustKit(files).head
        try NewKit.write(files, to: place.path("trust"))
        for path in ["trust/", "trust", "trust.colophon-kit", "trust/.", "trust/../trust"] {
            let kept = try NewKit.keep(files, head: head, beside: place.path(path))
            #expect(try NamedKit(#require(kept)).files == files)
        }
        let names = try place.names().sorted()
        #expect(names.count == 2)
        #expect(names.last?.hasPrefix("trust.refused-2-") == true, "\(names)")
        // A name that is nothing but the ending stays in its folder.
        let kept = try NewKit.keep(files, head: head, beside: place.path("trust/.colophon-kit"))
        #expect(kept?.hasPrefix(place.path("trust/.refused-2-")) == true, "\(kept ?? "")")
    }

    /// A ledger that shows another head each night fills no disk.
    @Test func soManyRefusedKitsAreKeptAndNoMore() throws {
        let (files, path) = (try newKit(), place.path("trust.colophon-kit"))
        let origin = try TrustKit(files).head.origin
        func head(_ size: Int) throws -> Checkpoint {
            try Checkpoint(origin: origin, size: UInt64(size), root: .sha256([UInt8(size)]))
        }
        for size in 1...NewKit.refusedLimit {
            #expect(try NewKit.keep(files, head: head(size), beside: path) != nil)
        }
        let next = NewKit.refusedLimit + 1
        #expect(try NewKit.keep(files, head: head(next), beside: path) == nil)
        // What is there already is still named.
        #expect(try NewKit.keep(files, head: head(1), beside: path) != nil)
        #expect(try place.names().count == NewKit.refusedLimit)
        // Beside another kit there is room.
        #expect(try NewKit.keep(files, head: head(next), beside: place.path("other")) != nil)
    }

    // MARK: - Renewal

    private func renewal(
        of files: TrustKit.Files, at ledger: StubLedger
    ) async throws -> KitRenewal {
        try await ledger.with { try await KitRenewal(of: files, at: $0, takingPolicy: false) }
    }

    /// Returns why the kit of a ledger that has grown since is not renewed.
    private func refusal(
        instead: @escaping StubLedger.Interference
    ) async throws -> KitRenewalError? {
        try await StubLedger.run(instead: instead) { ledger in
            let old = try ledger.fixture.ledger.trustKit()
            _ = try await ledger.fixture.register(ledger.fixture.capture("a"))
            return await #expect(throws: KitRenewalError.self) {
                try await renewal(of: old, at: ledger)
            }
        }
    }

    @Test func aLedgerThatHasGrownRenewsTheKitOnce() async throws {
        try await StubLedger.run { ledger in
            let old = try ledger.fixture.ledger.trustKit()
            _ = try await ledger.fixture.register(ledger.fixture.capture("a"))
            guard case .newer(let files) = try await renewal(of: old, at: ledger).outcome else {
                Issue.record("it was called known")
                return
            }
            #expect(try files == ledger.fixture.ledger.trustKit())
            guard case .known = try await renewal(of: files, at: ledger).outcome else {
                Issue.record("it was renewed again")
                return
            }
        }
    }

    @Test(arguments: [404, 400])
    func aLedgerThatRefusesTheProofExtendsNothing(status: Int) async throws {
        let error = try await refusal { request, _ in
            request.path.hasPrefix("/consistency") ? .whole(status) : nil
        }
        guard case .refused(.notExtended(3, by: 4), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aProofThatIsWrongExtendsNothing() async throws {
        let error = try await refusal { request, _ in
            request.path.hasPrefix("/consistency") ? .whole(200, [:], []) : nil
        }
        guard case .refused(.notExtended(3, by: 4), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A ledger that is down for a moment has not forked.
    @Test func aProofThatDoesNotComeSaysNothingOfTheLedger() async throws {
        let error = try await refusal { request, _ in
            request.path.hasPrefix("/consistency") ? .whole(503) : nil
        }
        guard case .ledger(.unavailable) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func anAnswerThatIsNoKitIsUnexpected() async throws {
        let error = try await refusal { request, _ in
            request.path == "/trust-kit" ? .whole(200, [:], Array("<html>".utf8)) : nil
        }
        guard case .ledger(.unexpected) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// An address that gives an old answer, after it had given a newer one.
    @Test func anOlderKitIsRefused() async throws {
        let old = Mutex<[UInt8]>([])
        try await StubLedger.run { request, _ in
            request.path == "/trust-kit" ? .whole(200, [:], old.withLock { $0 }) : nil
        } _: { ledger in
            try old.withLock { $0 = try ledger.fixture.ledger.trustKit().oneFile }
            _ = try await ledger.fixture.register(ledger.fixture.capture("a"))
            let mine = try ledger.fixture.ledger.trustKit()
            let error = await #expect(throws: KitRenewalError.self) {
                try await renewal(of: mine, at: ledger)
            }
            guard case .refused(.older(3, than: 4), _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
