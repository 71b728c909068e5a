import Checkpoints
import Encoding
import Files
import Keys
import Ledger
import Merkle
import Provenance
import Studio
import TestLedger
import TestPeer
import TestSupport
import Testing

/// The newest head that a PoP has verified: it never goes back, and what is signed with it is not
/// older (spool.md §7).
@Suite struct SeenHeadTests {
    private static let time = TestClock.system.now

    private let spool: TemporaryFolder
    private let folder: Folder
    private let witness: TestWitness
    private let stranger: TestWitness

    init() throws {
        spool = try TemporaryFolder()
        folder = try Folder(spool.path)
        witness = try TestWitness("witness.example")
        stranger = try TestWitness("stranger.example")
    }

    private func renew(
        _ ledger: StubLedger, by kit: TrustKit
    ) async throws -> SeenRenewal.Outcome {
        let folder = folder
        return try await ledger.with { client in
            try await SeenRenewal.renew(in: folder, client, by: kit)
        }
    }

    private func read() throws -> SeenHead? {
        try SeenHead.read(in: folder, origin: Text(LedgerFixture.origin))
    }

    /// The names under the note in the spool.
    private func names() throws -> [String] {
        try SignedNote(parsing: try spool.bytes("seen")).signatures.map(\.name.string)
    }

    @Test func aHeadIsTakenOnceTheQuorumHasSeenItAndWithItsLinesAlone() async throws {
        try await StubLedger.run { ledger in
            let kit = try ledger.kit(askingFor: witness)
            let size = ledger.fixture.ledger.head().size
            await #expect(throws: SeenRenewalError.unwitnessed(size)) {
                try await renew(ledger, by: kit)
            }
            #expect(try read() == nil)
            try ledger.cosign(by: stranger, at: Self.time)
            try ledger.cosign(by: witness, at: Self.time + 1)
            let seen = try #require(try await newer(ledger, by: kit))
            #expect(seen.checkpoint.size == size && seen.witnessedAt == Self.time + 1)
            #expect(try names() == [LedgerFixture.origin, "witness.example"])
            #expect(try read() == seen && spool.permissions("seen") == 0o600)
            #expect(try await renew(ledger, by: kit) == .known(seen))
        }
    }

    private func newer(_ ledger: StubLedger, by kit: TrustKit) async throws -> SeenHead? {
        guard case .newer(let head) = try await renew(ledger, by: kit) else { return nil }
        return head
    }

    @Test func aKitWithoutAQuorumTakesTheLogsWordAlone() async throws {
        try await StubLedger.run { ledger in
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            try ledger.cosign(by: witness, at: Self.time)
            try await ledger.grow()
            let seen = try #require(try await newer(ledger, by: kit))
            #expect(try seen.witnessedAt == nil && names() == [LedgerFixture.origin])
        }
    }

    @Test func theSameHeadThatWasSeenLaterIsACloserBound() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try ledger.kit(askingFor: witness)
            let note = try SignedNote(parsing: ledger.fixture.ledger.head().note)
            for (time, isNewer) in [(5, true), (4, false), (6, true)] as [(UInt64, Bool)] {
                let line = try witness.cosign(note.encoded, at: Self.time + time)
                let served = try SignedNote(text: note.text, signatures: note.signatures + [line])
                answers.set("/checkpoint", .whole(200, [:], served.encoded))
                #expect(try await (newer(ledger, by: kit) != nil) == isNewer)
            }
            #expect(try read()?.witnessedAt == Self.time + 6)
        }
    }

    @Test func itNeverGoesBack() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            let old = ledger.fixture.ledger.head()
            try await ledger.grow(by: 2)
            let seen = try #require(try await newer(ledger, by: kit))
            answers.set("/checkpoint", .whole(200, [:], old.note))
            #expect(try await renew(ledger, by: kit) == .older(old.size))
            #expect(try read() == seen)
        }
    }

    @Test(arguments: [404, 200])
    func aHeadThatDoesNotExtendTheOneBeforeIsKeptBesideAndNotTaken(status: Int) async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            try await ledger.grow()
            let seen = try #require(try await newer(ledger, by: kit))
            try await ledger.grow()
            let hash = Base64.encode(Array(repeating: 7, count: 32))
            answers.set("/consistency", .whole(status, [:], Array("\(hash)\n".utf8)))
            let (old, new) = (seen.checkpoint.size, ledger.fixture.ledger.head())
            await #expect(
                throws: SeenRenewalError.forked(
                    old: old, new: new.size, keptAt: folder.path(of: "seen.fork"))
            ) { try await renew(ledger, by: kit) }
            #expect(try read() == seen)
            #expect(try SeenHead(spool.bytes("seen.fork")).checkpoint.size == new.size)
            // The first of them stays.
            try await ledger.grow()
            await #expect(throws: SeenRenewalError.self) { try await renew(ledger, by: kit) }
            #expect(try SeenHead(spool.bytes("seen.fork")).checkpoint.size == new.size)
        }
    }

    /// A ledger that cannot be reached has not forked.
    @Test func withoutTheProofNothingIsTakenAndNothingIsSaid() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            try await ledger.grow()
            let seen = try #require(try await newer(ledger, by: kit))
            try await ledger.grow()
            answers.set("/consistency", .whole(503))
            await #expect {
                try await renew(ledger, by: kit)
            } throws: { error in
                guard case .ledger? = error as? SeenRenewalError else { return false }
                return true
            }
            #expect(try read() == seen && !spool.has("seen.fork"))
        }
    }

    @Test func aHeadOfAnotherLogIsNotTaken() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            let other = try LedgerFixture(clock: .system)
            answers.set("/checkpoint", .whole(200, [:], other.ledger.head().note))
            await #expect(throws: SeenRenewalError.refused(.unknownKey)) {
                try await renew(ledger, by: kit)
            }
            #expect(try read() == nil)
        }
    }

    /// A line in the witness's name that it never made keeps no good one out.
    @Test func aBadLineBesideTheGoodOneIsLeftOut() async throws {
        let answers = ReplacedAnswers()
        try await StubLedger.run(instead: answers.answer) { ledger in
            let kit = try ledger.kit(askingFor: witness)
            let note = try SignedNote(parsing: ledger.fixture.ledger.head().note)
            let good = try witness.cosign(note.encoded, at: Self.time)
            var bytes = good.signature
            bytes[bytes.count - 1] ^= 1
            let bad = try NoteSignature(name: good.name, keyID: good.keyID, signature: bytes)
            let lines = note.signatures + [bad, good]
            answers.set(
                "/checkpoint",
                .whole(200, [:], try SignedNote(text: note.text, signatures: lines).encoded))
            #expect(try await newer(ledger, by: kit)?.witnessedAt == Self.time)
            #expect(try SignedNote(parsing: spool.bytes("seen")).signatures.last == good)
        }
    }

    @Test func aFileThatIsNoHeadOfTheLedgerIsNamed() throws {
        try spool.write("hello", to: "seen")
        #expect {
            try read()
        } throws: { error in
            guard case .damaged(let path, _)? = error as? SeenHeadError else { return false }
            return path == folder.path(of: "seen")
        }
        let log = try NoteSigner(
            name: "other.example/log", key: KeyFile.generate(.ed25519))
        let head = try Checkpoint(origin: "other.example/log", size: 1, root: .sha256([1]))
        try spool.write(log.note(head).encoded, to: "seen")
        #expect(
            throws: SeenHeadError.otherLedger(folder.path(of: "seen"), "other.example/log")
        ) { try read() }
    }

    // MARK: - What is signed with it

    @Test func aRecordThatIsSignedWithItIsBracketed() async throws {
        try await StubLedger.run { ledger in
            let kit = try ledger.kit(askingFor: witness)
            try ledger.cosign(by: witness, at: Self.time)
            let seen = try #require(try await newer(ledger, by: kit))
            let work = try spool.write("work", to: "a.jpg")
            var draft = ProvenanceDraft()
            draft.creator = "Ana Example"
            draft.record = RecordText(title: "A")
            draft.take(PoPClock(source: .kernel), seen)
            let place = try NewRecordFile(beside: work)
            let signer = Signer(issuer: LedgerFixture.berlin, key: ledger.fixture.pop)
            try place.write(signer.sign(draft, of: Artifact(reading: work)))
            try await ledger.with { client in
                await RecordSubmission(client: client, onEvent: { _ in }).run([place.path])
            }
            let report = Verifier(kit).verify(
                file: try RecordFile(place.path).bytes, artifact: nil, recordOnly: true,
                require: .logged)
            #expect(report.ok, "\(report.findings)")
            #expect(report.notBefore?.size == seen.checkpoint.size)
            #expect(report.notBefore?.time == Self.time)
            #expect(report.loggedAt ?? 0 >= Self.time)
        }
    }

    /// What a person names comes first.
    @Test func aHeadThatIsNamedIsNotReplaced() throws {
        let log = try NoteSigner(
            name: "other.example/log", key: KeyFile.generate(.ed25519))
        let head = try Checkpoint(origin: "other.example/log", size: 1, root: .sha256([1]))
        let seen = try SeenHead(log.note(head).encoded)
        var draft = ProvenanceDraft()
        draft.take(PoPClock(source: .kernel), seen)
        #expect(draft.seen == seen.note)
        draft.seen = "named"
        draft.take(PoPClock(source: .kernel), seen)
        #expect(draft.seen == "named")
    }
}
