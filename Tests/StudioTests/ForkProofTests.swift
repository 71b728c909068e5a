import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LogReader
import Manifests
import Merkle
import Provenance
import Studio
import TestLedger
import TestLog
import TestPeer
import TestSupport
import Testing

/// Two heads that the log's key has signed, and that contradict each other, give the file that
/// shows it to everybody; nothing else does.
@Suite struct ForkProofTests {
    /// A head that the ledger's own key signs, of a tree that never was.
    private func forged(_ size: UInt64, _ log: ProvingLedger) throws -> SignedCheckpoint {
        let path = log.stub.fixture.folder.appending(path: "data.keys/note.pem").path()
        return try forged(size, by: KeyFile.read(privateKeyAt: path).key)
    }

    private func forged(_ size: UInt64, by key: SigningKey) throws -> SignedCheckpoint {
        let origin = Text(LedgerFixture.origin)
        let checkpoint = try Checkpoint(origin: origin, size: size, root: .sha256([7]))
        let note = try NoteSigner(name: origin, key: key).note(checkpoint)
        return try SignedCheckpoint(parsing: note.encoded)
    }

    /// Returns what shows the fork, which anybody judges by the kit's keys.
    private func evidence(
        _ log: ProvingLedger, _ body: () async throws -> Void
    ) async throws -> Conviction? {
        do {
            try await body()
            Issue.record("nothing was found")
        } catch ProvingError.fork(let evidence) {
            let proof = try MisbehaviourProof(parsing: evidence.proof.encoded)
            return try proof.convict(by: log.oldKit.registry.noteKeys.terms)
        }
        return nil
    }

    @Test(arguments: [false, true])
    func aSavedHeadThatTheLogDoesNotExtendConvictsIt(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            let newest = log.ledger.head().size
            for size in [5, 8, newest] {
                let saved = try forged(size, log)
                let conviction = try await evidence(log) {
                    _ = try await log.with(filesAlone: filesAlone) { log in
                        try await log.head(.saved(saved, file: "saved"))
                    }
                }
                #expect(conviction?.older.checkpoint.size == size)
                #expect(conviction?.isOneSize == (size == newest))
            }
        }
    }

    /// The keys that the proof needs are newer than the kit; their file judges it without the kit.
    @Test(arguments: [false, true])
    func theKeysOfAFollowedHandoverConvictToo(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            let saved = try forged(log.ledger.head().size, log)
            do {
                try await log.following(filesAlone: filesAlone) { log throws(ProvingError) in
                    _ = try await log.head(.saved(saved, file: "saved"))
                }
                Issue.record("nothing was found")
            } catch ProvingError.fork(let evidence) {
                let old = log.oldKit.registry.noteKeys.terms
                #expect(ForkEvidence(evidence.proof, by: old) == nil)
                let policy = try TrustPolicy(file: evidence.keys)
                let keys = policy.logs.map { KeyHistory<VerifierKey>.Term(key: $0.key) }
                #expect(ForkEvidence(evidence.proof, by: keys) != nil)
            }
        }
    }

    @Test(arguments: [false, true])
    func aServedHeadThatContradictsTheKitConvictsTheLog(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            let note = try forged(log.oldKit.size, log).encoded
            log.replaced.set("/checkpoint", .whole(200, [:], note))
            let conviction = try await evidence(log) {
                _ = try await log.prove(.index(1), filesAlone: filesAlone)
            }
            #expect(conviction?.isOneSize == true)
        }
    }

    /// Anybody can make up a head, and a proof that leads elsewhere.
    @Test(arguments: [false, true])
    func whatTheLogHasNotSignedConvictsNobody(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            let stranger = try forged(5, by: SeededValues(seed: "stranger").ed25519("x"))
            do {
                _ = try await log.with(filesAlone: filesAlone) { log in
                    try await log.head(.saved(stranger, file: "saved"))
                }
                Issue.record("it was believed")
            } catch let error as ProvingError {
                #expect(error.isOfUnknownKey, "\(error)")
            }
            guard !filesAlone else { return }
            let hash = Base64.encode(Hash.sha256([]).bytes) + "\n"
            log.replaced.set("/consistency", .whole(200, [:], Array(hash.utf8)))
            do {
                _ = try await log.prove(.index(1))
                Issue.record("it was believed")
            } catch ProvingError.wrong(let what, _) {
                #expect(what.contains("consistency"))
            }
        }
    }
}
