import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Cosignatures that arrive after a head is published.
@Suite struct EvidenceTests {
    private let witnesses: [TestWitness]

    init() throws {
        witnesses = try (0..<6).map { try TestWitness(Text("w\($0).example")) }
    }

    private var keys: [VerifierKey] { witnesses.map(\.verifierKey) }

    private func cosigned(_ head: Head?, _ witness: Int) throws -> NoteSignature {
        try witnesses[witness].cosign(#require(head).note, at: 1_760_001_000 + UInt64(witness))
    }

    private func cosigners(of note: [UInt8]?) throws -> [Text] {
        try SignedCheckpoint(parsing: #require(note)).cosignatures.map(\.name)
    }

    /// A policy that this ledger's kit gives, with one witness more.
    private func policy(_ ledger: Ledger, _ witness: Int) throws -> TrustPolicy {
        let logs = try TrustPolicy(parsing: ledger.trustKit().policy).logs
        return try TrustPolicy(
            logs: logs, witnesses: [.init(name: "W", key: keys[witness])], quorum: "W")
    }

    @Test func aCosignatureIsInEverythingThatIsReadAfterIt() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let answer = try await fixture.register(fixture.capture("one"))
        guard case .registered(let id, let early) = answer else {
            throw FixtureError.unexpected("\(answer)")
        }
        let head = fixture.ledger.head()
        let line = try cosigned(head, 2)
        try fixture.ledger.add([line], of: keys, toHeadOf: head.size)
        for _ in 0..<2 {
            let note = fixture.ledger.head().note
            #expect(try cosigners(of: note) == ["w2.example"])
            #expect(try fixture.ledger.head(size: head.size)?.note == note)
            let receipt = try Receipt(#require(try fixture.ledger.receipt(id)))
            #expect(receipt.note == note)
            let proof = try TLogProof(parsing: #require(try fixture.ledger.tlogProof(id)))
            #expect(try policy(fixture.ledger, 2).open(proof.signed).time == 1_760_001_002)
            #expect(try fixture.ledger.check().isClean)
            // Again from the disk.
            try fixture.reopen()
        }
        // The receipt that was given out before stays good.
        #expect(try cosigners(of: Receipt(early).note) == [])
        #expect(
            try Receipt(early).signature
                == Receipt(#require(try fixture.ledger.receipt(id))).signature)
    }

    @Test func eachHeadKeepsItsOwnEvidence() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let old = fixture.ledger.head()
        _ = try await fixture.register(fixture.capture("one"))
        let new = fixture.ledger.head()
        try fixture.ledger.add([cosigned(old, 0)], of: keys, toHeadOf: old.size)
        #expect(fixture.ledger.head().note == new.note)
        try fixture.ledger.add([cosigned(new, 1)], of: keys, toHeadOf: new.size)
        _ = try await fixture.register(fixture.capture("two"))
        let sizes = [old.size, new.size, fixture.ledger.head().size]
        let found = try sizes.map { try cosigners(of: fixture.ledger.head(size: $0)?.note) }
        #expect(found == [["w0.example"], ["w1.example"], []])
    }

    @Test func evidenceThatIsNoneChangesNothing() async throws {
        let fixture = try LedgerFixture()
        let head = fixture.ledger.head()
        #expect(throws: EvidenceError.noHead(size: head.size + 1)) {
            try fixture.ledger.add([cosigned(head, 0)], of: keys, toHeadOf: head.size + 1)
        }
        // Heads that a batch passed over were never signed.
        #expect(throws: EvidenceError.noHead(size: 1)) {
            try fixture.ledger.add([cosigned(head, 0)], of: keys, toHeadOf: 1)
        }
        try await fixture.addPoP()
        let other = try cosigned(fixture.ledger.head(), 0)
        #expect(throws: EvidenceError.refused(.badSignature(keys[0]))) {
            try fixture.ledger.add([cosigned(head, 1), other], of: keys, toHeadOf: head.size)
        }
        #expect(try fixture.ledger.head(size: head.size)?.note == head.note)
    }

    /// It would count for nothing, and keep the witness's good line out for ever.
    @Test func aLineThatIsTooOldForItsHeadIsRefused() throws {
        let fixture = try LedgerFixture()
        let head = fixture.ledger.head()
        let oldest = head.time - Cosignature.pastSkew
        #expect(throws: EvidenceError.refused(.tooEarly(keys[0], time: oldest - 1))) {
            try fixture.ledger.add(
                [witnesses[0].cosign(head.note, at: oldest - 1)], of: keys, toHeadOf: head.size)
        }
        #expect(fixture.ledger.head().note == head.note)
        try fixture.ledger.add(
            [witnesses[0].cosign(head.note, at: oldest)], of: keys, toHeadOf: head.size)
        #expect(try cosigners(of: fixture.ledger.head().note) == ["w0.example"])
    }

    /// Each witness answers in its own time, and several at once.
    @Test func whatArrivesAtOnceIsAllThere() async throws {
        let fixture = try LedgerFixture()
        let (ledger, head) = (fixture.ledger, fixture.ledger.head())
        let lines = try witnesses.indices.map { try cosigned(head, $0) }
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: lines.count) { number in
            do {
                try ledger.add([lines[number]], of: keys, toHeadOf: head.size)
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try cosigners(of: ledger.head().note) == keys.map(\.name))
        #expect(ledger.head().note == (try ledger.head(size: head.size)?.note))
    }

    /// The write fails and is on the disk or not; either way the head is whole, and can be
    /// cosigned once writing goes on.
    @Test(arguments: WriteFault.allCases)
    func afterAWriteThatFailedEvidenceCanBeAddedAgain(fault: WriteFault) async throws {
        let isArmed = Mutex(false)
        let fixture = try LedgerFixture(faultHook: { step in
            guard step == .evidence else { return nil }
            return isArmed.withLock { armed in
                defer { armed = false }
                return armed ? fault : nil
            }
        })
        let head = fixture.ledger.head()
        isArmed.withLock { $0 = true }
        let error = #expect(throws: EvidenceError.self) {
            try fixture.ledger.add([cosigned(head, 0)], of: keys, toHeadOf: head.size)
        }
        guard case .ledger = error else {
            throw FixtureError.unexpected("\(String(describing: error))")
        }
        #expect(fixture.ledger.head().note == head.note)
        try fixture.reopen()
        let isThere = try cosigners(of: fixture.ledger.head().note) == ["w0.example"]
        #expect(isThere == (fault == .persisted))
        try fixture.ledger.add(
            [cosigned(head, 1), cosigned(head, 0)], of: keys, toHeadOf: head.size)
        #expect(try cosigners(of: fixture.ledger.head().note) == ["w0.example", "w1.example"])
        #expect(try fixture.ledger.check().isClean)
    }
}
