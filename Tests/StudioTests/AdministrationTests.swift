import Checkpoints
import Encoding
import Files
import HTTPCalls
import Keys
import Ledger
import LedgerClient
import Manifests
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// Changes of a ledger: made once, on top of what is there, and only of the ledger that is meant.
@Suite struct AdministrationTests {
    private let key = KeyFile.generate(.ed25519)

    /// What is told, and what is answered.
    private final class Person: Sendable {
        private let told = Mutex<[AdministrationNotice]>([])
        private let answer: Bool?

        private let approval: Bool?

        init(answering answer: Bool? = nil, approving approval: Bool? = nil) {
            self.answer = answer
            self.approval = approval
        }

        var notices: [AdministrationNotice] { told.withLock { $0 } }

        var dialogue: AdministrationDialogue {
            AdministrationDialogue(
                tell: { notice in self.told.withLock { $0.append(notice) } },
                confirm: { _ in self.answer }, approve: { _ in self.approval })
        }
    }

    /// Adds this test's key to the ledger.
    private var addition: KeyChange {
        var change = KeyChange(.add, of: key.publicKey)
        change.issuer = "https://pops.example/hamburg"
        change.roles = [.pop]
        return change
    }

    /// The ledger is named by its origin, and nothing is remembered.
    private static func named() throws -> LedgerChoice {
        LedgerChoice(kit: nil, origin: try Origin(Text(LedgerFixture.origin)), memory: nil)
    }

    private func make(
        _ change: some ControlChange, at ledger: StubLedger, by admin: SigningKey? = nil,
        _ choice: LedgerChoice, _ person: Person = Person()
    ) async throws -> AdministrationOutcome {
        try await ledger.with { client in
            try await Administration(
                by: admin ?? ledger.fixture.admin, at: client, choice, person.dialogue,
                patience: Patience.bound
            ).make(change)
        }
    }

    // MARK: - The change

    @Test func aChangeIsMadeOnceHoweverOftenItIsAskedFor() async throws {
        try await StubLedger.run { ledger in
            let first = try await make(addition, at: ledger, Self.named())
            let person = Person()
            let second = try await make(addition, at: ledger, Self.named(), person)
            #expect(!first.isKnown)
            #expect(second.isKnown)
            #expect(second.entry == first.entry)
            #expect(person.notices == [.alreadySo(first.entry)])
            #expect(ledger.paths("POST") == ["/entries"])
            for outcome in [first, second] {
                let record = try TransparentStatement(#require(outcome.record))
                #expect(record.statement.id == first.entry)
                #expect(record.receipts.count == 1)
            }
        }
    }

    @Test func aChangeThatIsNotWantedIsNotSigned() async throws {
        try await StubLedger.run { ledger in
            await #expect(throws: AdministrationError.notApproved) {
                try await make(
                    addition, at: ledger, Self.named(), Person(approving: false))
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }

    /// However many were faster, and the command waits its turn.
    @Test func manyAdministratorsMayBeFaster() async throws {
        let turns = Mutex(0)
        try await StubLedger.run { request, fixture in
            guard request.path == "/entries" else { return nil }
            let turn = turns.withLock { turns in
                turns += 1
                return turns
            }
            if turn <= 8 { try? await fixture.addPoP(KeyFile.generate(.ed25519).publicKey) }
            return nil
        } _: { ledger in
            let outcome = try await make(addition, at: ledger, Self.named())
            #expect(!outcome.isKnown)
            #expect(ledger.paths("POST").count == 9)
        }
    }

    /// A record that proves nothing is not passed on.
    @Test func aKnownChangeWithoutAProvenRecordHasNone() async throws {
        try await StubLedger.run { request, _ in
            request.path.hasSuffix("/transparent") ? .whole(200, [:], [0xD2]) : nil
        } _: { ledger in
            let first = try await make(addition, at: ledger, Self.named())
            let person = Person()
            let second = try await make(addition, at: ledger, Self.named(), person)
            #expect(second.isKnown && second.record == nil)
            #expect(person.notices == [.alreadySo(first.entry), .noRecord(first.entry)])
        }
    }

    @Test func anotherAdministratorMayBeFaster() async throws {
        let turns = Mutex(0)
        try await StubLedger.run { request, fixture in
            guard request.path == "/entries" else { return nil }
            let turn = turns.withLock { turns in
                turns += 1
                return turns
            }
            if turn == 1 { try? await fixture.addPoP(KeyFile.generate(.ed25519).publicKey) }
            return nil
        } _: { ledger in
            let outcome = try await make(addition, at: ledger, Self.named())
            #expect(!outcome.isKnown)
            #expect(ledger.paths("POST").count == 2)
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            #expect(kit.registry.keys[key.publicKey.keyID] != nil)
        }
    }

    @Test func aStrangerSignsNothing() async throws {
        try await StubLedger.run { ledger in
            await #expect(throws: AdministrationError.unknownAdministrator) {
                try await make(addition, at: ledger, by: key, Self.named())
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }

    @Test func aKeyThatTheLedgerDoesNotKnowCannotRetire() async throws {
        try await StubLedger.run { ledger in
            await #expect(throws: AdministrationError.unknownKey) {
                try await make(
                    KeyChange(.retire, of: key.publicKey), at: ledger, Self.named())
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }

    @Test func aReceiptThatProvesNothingIsTold() async throws {
        let other = Mutex<[UInt8]>([])
        try await StubLedger.run { request, _ in
            guard request.path == "/entries" else { return nil }
            return .whole(201, [:], other.withLock { $0 })
        } _: { ledger in
            let answer = try await ledger.fixture.register(ledger.fixture.capture("b"))
            guard case .registered(_, let receipt) = answer else {
                Issue.record("\(answer)")
                return
            }
            other.withLock { $0 = receipt }
            do {
                _ = try await make(addition, at: ledger, Self.named())
                Issue.record("the receipt of another entry was taken")
            } catch AdministrationError.unprovenReceipt(let refusal) {
                #expect(!refusal.rule.isEmpty)
            }
        }
    }

    // MARK: - Which ledger

    @Test func withoutAMemoryALedgerMustBeNamed() async throws {
        try await StubLedger.run { ledger in
            let choice = LedgerChoice(kit: nil, origin: nil, memory: nil)
            await #expect(throws: AdministrationError.nothingVouches) {
                try await make(addition, at: ledger, choice)
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }

    @Test func anotherOriginThanTheNamedOneIsRefused() async throws {
        try await StubLedger.run { ledger in
            let origin = try Origin("other.example/ledger")
            let choice = LedgerChoice(kit: nil, origin: origin, memory: nil)
            do {
                _ = try await make(addition, at: ledger, choice)
                Issue.record("another ledger was taken")
            } catch AdministrationError.otherThanOrigin(_, let named) {
                #expect(named == origin)
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }

    @Test func aKitOfAnotherLedgerIsRefused() async throws {
        let other = try LedgerFixture(clock: .system)
        let kit = try TrustKit(other.ledger.trustKit())
        try await StubLedger.run { ledger in
            let choice = LedgerChoice(kit: kit, origin: nil, memory: nil)
            do {
                _ = try await make(addition, at: ledger, choice)
                Issue.record("another ledger was taken")
            } catch AdministrationError.otherThanKit(_, let named) {
                #expect(named.genesis == kit.genesis)
            }
        }
    }

    @Test func aLedgerThatLacksWhatTheKitHasIsRefused() async throws {
        let old = Mutex<[UInt8]>([])
        try await StubLedger.run { request, _ in
            guard request.path == "/control" else { return nil }
            return .whole(200, [:], old.withLock { $0 })
        } _: { ledger in
            try old.withLock { $0 = try ledger.fixture.ledger.control() }
            try await ledger.fixture.addPoP(KeyFile.generate(.ed25519).publicKey)
            let kit = try TrustKit(ledger.fixture.ledger.trustKit())
            let choice = LedgerChoice(kit: kit, origin: nil, memory: nil)
            await #expect(throws: AdministrationError.lacksControlOfKit) {
                try await make(addition, at: ledger, choice)
            }
        }
    }

    // MARK: - What is remembered

    @Test func aNewLedgerIsAskedForAndRemembered() async throws {
        let home = try TemporaryFolder()
        try await StubLedger.run { ledger in
            let admin = ledger.fixture.admin
            func choice() throws -> LedgerChoice {
                let memory = try LedgerMemory(of: admin.publicKey, home: home.path)
                return LedgerChoice(kit: nil, origin: nil, memory: memory)
            }
            await #expect(throws: AdministrationError.notConfirmed) {
                try await make(addition, at: ledger, choice(), Person(answering: false))
            }
            #expect(ledger.paths("POST").isEmpty)
            let outcome = try await make(addition, at: ledger, choice(), Person(answering: true))
            let memory = try #require(try LedgerMemory(of: admin.publicKey, home: home.path))
            #expect(memory.ledgers == [outcome.ledger])
            // Known by now: nobody is asked.
            let person = Person(answering: false)
            let revocation = KeyChange(.revoke, of: key.publicKey)
            _ = try await make(revocation, at: ledger, choice(), person)
            #expect(person.notices == [.signing(for: outcome.ledger)])
        }
    }

    @Test func aLedgerInThePlaceOfAnotherIsRefused() async throws {
        let home = try TemporaryFolder()
        try await StubLedger.run { ledger in
            let key = ledger.fixture.admin.publicKey
            let genesis = try #require(
                EntryID(Text(Base64.encodeURL(Array(repeating: 7, count: 32)))))
            let other = KnownLedger(
                address: try ServiceURL("http://127.0.0.1:\(ledger.server.port)"),
                origin: try Origin("other.example/ledger"), genesis: genesis)
            let path = "\(home.path)/.config/colophon/ledgers/\(Base64.encodeURL(key.thumbprint))"
            let place = try Place(making: path, .secret)
            try place.folder.write(
                Array("\(other.line)\n".utf8), to: place.name, .new(.secret))
            let memory = try LedgerMemory(of: key, home: home.path)
            let choice = LedgerChoice(kit: nil, origin: nil, memory: memory)
            do {
                _ = try await make(addition, at: ledger, choice)
                Issue.record("another ledger was taken")
            } catch AdministrationError.contradicts(_, let contradiction) {
                #expect(contradiction == .otherThere(other))
            }
            #expect(ledger.paths("POST").isEmpty)
        }
    }
}
