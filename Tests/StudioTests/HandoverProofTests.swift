import Checkpoints
import Encoding
import HTTPCalls
import Ledger
import Manifests
import Provenance
import Studio
import TestLedger
import TestLog
import TestPeer
import TestSupport
import Testing

/// A kit that is older than the ledger's keys proves by what shows their handover, and by nothing
/// less (proofs.md §6).
@Suite struct HandoverProofTests {
    /// Registers one more work, and returns its entry.
    private func later(_ log: ProvingLedger) async throws -> EntryID {
        let bytes = try log.stub.fixture.capture("later")
        _ = try await log.stub.fixture.register(bytes)
        return try TransparentStatement(bytes).statement.id
    }

    @Test(arguments: [false, true], [ServedForm.receipt, .tlogProof])
    func aKitThatIsOlderThanTheKeysIsFollowed(filesAlone: Bool, form: ServedForm) async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            let entry = try await later(log)
            _ = try log.ledger.rotate(.receipt)
            _ = try log.ledger.rotate(.note, again: true)
            for entry in [entry, log.works[2]] {
                let (leaf, kit, keys) = try await log.following(filesAlone: filesAlone) {
                    log throws(ProvingError) in
                    (
                        try await log.prove(.entry(entry), as: form)[0], log.trust.kit,
                        log.trust.registry?.noteKeys.terms
                    )
                }
                #expect(try log.holds(leaf, entry))
                #expect(kit?.size == log.oldKit.size)
                let newest = try TrustKit(log.ledger.trustKit())
                #expect(keys == newest.registry.noteKeys.terms)
                #expect((leaf.receipt != nil) == (!filesAlone && form == .receipt))
            }
        }
    }

    /// The key that signs heads is the kit's, and it signs the head that stands in the receipt.
    @Test func aNewerReceiptKeyNeedsNoFollowing() async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.receipt)
            let entry = try await later(log)
            let (leaf, isFollowed) = try await log.following(filesAlone: false) {
                log throws(ProvingError) in
                (try await log.prove(.entry(entry))[0], log.trust.followed != nil)
            }
            #expect(try log.holds(leaf, entry))
            #expect(leaf.receipt != nil)
            #expect(!isFollowed)
        }
    }

    /// A kit that knows the keys asks for no other.
    @Test func aKitThatIsNewEnoughIsNotFollowed() async throws {
        try await ProvingLedger.run { log in
            for filesAlone in [false, true] {
                let isFollowed = try await log.following(filesAlone: filesAlone) {
                    log throws(ProvingError) in log.trust.followed != nil
                }
                #expect(!isFollowed)
            }
            #expect(!log.stub.paths("GET").contains { $0.hasPrefix("/trust-kit") })
        }
    }

    /// A newer head alone is no newer key, whatever is refused for an unknown one.
    @Test(arguments: [false, true])
    func aLogThatOnlyGrewIsNotFollowed(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            #expect(log.oldKit.size < log.ledger.head().size)
            let error = await #expect(throws: ProvingError.self) {
                try await log.following(filesAlone: filesAlone) { log throws(ProvingError) in
                    guard log.trust.followed == nil else { return }
                    throw .receipt(.unproven("is by a key that nobody knows", isUnknown: true))
                }
            }
            #expect(error?.isOfUnknownKey == true)
        }
    }

    /// A copy has no more than tiles and a checkpoint; an address may be one, too.
    @Test func filesAloneLeadToTheNewKeyByTheEntries() async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            let entry = try await later(log)
            _ = try await log.following(filesAlone: true) { log throws(ProvingError) in
                try await log.prove(.entry(entry))
            }
            let paths = log.stub.paths("GET")
            #expect(paths.allSatisfy { $0 == "/checkpoint" || $0.hasPrefix("/tile/") }, "\(paths)")
            log.replaced.set("/trust-kit", .whole(404))
            let leaf = try await log.following(filesAlone: false) { log throws(ProvingError) in
                try await log.prove(.entry(entry))[0]
            }
            // Nobody here knows the receipt's key, and the log's own key proves the same.
            #expect(try log.holds(leaf, entry) && leaf.receipt == nil)
        }
    }

    /// What lies between a kit and its ledger's keys may be the whole log.
    @Test func aKitThatIsTooOldIsToBeRenewed() async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            let entries = log.ledger.head().size - log.oldKit.size
            _ = try await log.following(filesAlone: true, EntryWalk(limit: entries)) { _ in }
            do {
                try await log.following(filesAlone: true, EntryWalk(limit: entries - 1)) { _ in }
                Issue.record("it was followed")
            } catch ProvingError.oldKit(entries, limit: entries - 1) {}
        }
    }

    // MARK: - What leads nowhere

    /// Anybody can write a note in the log's name; no handover leads to its key.
    @Test(arguments: [false, true])
    func aKeyToWhichNoHandoverLeadsProvesNothing(filesAlone: Bool) async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            let head = log.ledger.head()
            let checkpoint = try Checkpoint(
                origin: Text(LedgerFixture.origin), size: head.size, root: head.root)
            let stranger = try NoteSigner(
                name: Text(LedgerFixture.origin), key: SeededValues(seed: "stranger").ed25519("x"))
            let notes = try [
                // The log's own tree, and another's.
                stranger.note(checkpoint).encoded, LedgerFixture().ledger.head().note,
            ]
            for note in notes {
                log.replaced.set("/checkpoint", .whole(200, [:], note))
                do {
                    try await log.following(filesAlone: filesAlone) { _ in }
                    Issue.record("it was believed")
                } catch let error as ProvingError {
                    #expect(error.isOfUnknownKey, "\(error)")
                }
            }
        }
    }

    /// Out of reach, and in contradiction, are not the same as old.
    @Test func whyAKitIsNotFollowedIsSaid() async throws {
        try await ProvingLedger.run { log in
            _ = try log.ledger.rotate(.note)
            log.replaced.set("/trust-kit", .whole(503))
            do {
                try await log.following(filesAlone: false) { _ in }
                Issue.record("it was followed")
            } catch ProvingError.kit(.ledger(let error)) {
                #expect(error.isTransient)
            }
            let other = try LedgerFixture()
            let stranger = try withExtendedLifetime(other) { try other.ledger.trustKit() }
            log.replaced.set("/trust-kit", .whole(200, [:], stranger.oneFile))
            do {
                try await log.following(filesAlone: false) { _ in }
                Issue.record("it was followed")
            } catch ProvingError.kit(.refused(.otherGenesis(_, isOfSameName: true), _)) {}
        }
    }
}
