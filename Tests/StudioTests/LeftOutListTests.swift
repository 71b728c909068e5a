import Encoding
import Keys
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLog
import TestPeer
import TestSupport
import Testing

/// Whoever decides by a ledger's list keeps what convicts the ledger of leaving an entry out.
@Suite struct LeftOutListTests {
    private static let drop: Text = "urn:example:drop"

    /// A ledger whose list of a drop names two entries, of which its index leaves out one.
    private func ledger(leavingOut index: UInt64?) throws -> IndexedLedger {
        try IndexedLedger([Self.drop.string, Self.drop.string], leavingOut: index)
    }

    /// Why nothing is told of the drop.
    private func error(of ledger: IndexedLedger) async throws -> RegisteredError? {
        try await ledger.with { client, _ in
            let fresh = try await FreshLedger(
                by: try TrustKit.Files(oneFile: ledger.kitFile()), at: client, maxAge: nil,
                now: MemoryLedger.start + 10_000)
            return await #expect(throws: RegisteredError.self) {
                try await RegisteredStatements(
                    about: Self.drop, of: [PredicateType.reconciliation], by: [], in: fresh,
                    trusting: .proof)
            }
        }
    }

    @Test(arguments: [3, 4] as [UInt64])
    func aProofThatLeavesOutAListedEntryConvictsTheLedger(index: UInt64) async throws {
        let ledger = try ledger(leavingOut: index)
        let error = try await error(of: ledger)
        guard case .falseProof(_, .convicts(let omission)?)? = error,
            case .omission(entry: index, _) = omission.conviction.kind
        else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try IndexEvidence(omission.bytes).isEntryWithProof)
        #expect(try omission.convicts(by: ledger.kit()))
        #expect(try TransparentStatement(omission.bytes).manifest == nil)
    }

    /// Nobody is accused by a proof that nobody has signed.
    @Test func aProofThatIsFalseForAnotherReasonConvictsNobody() async throws {
        let ledger = try ledger(leavingOut: 3)
        ledger.answer(with: .whole(200, [:], [0x82, 0x01]))
        switch try await error(of: ledger) {
        case .falseProof(_, nil)?: break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    /// The gate holds the records, and tells it at each look.
    @Test func theGateTellsWhatConvictsTheLedger() async throws {
        let ledger = try ledger(leavingOut: 3)
        var draft = ProvenanceDraft()
        draft.creator = "Ana"
        draft.record = RecordText(title: "Estuary")
        draft.edition = try Edition("2/10", of: Self.drop)
        let work = Artifact(
            name: "print.tif", digest: .sha256(.random(Hash.byteCount)), mediaType: "image/tiff")
        let signed = try Signer(issuer: MemoryLedger.berlin, key: KeyFile.generate(.ed25519))
            .sign(draft, of: work, Freshness(issuedAt: MemoryLedger.start))
        let copy = try TransparentStatement(signed.bytes)
        let now = try ledger.kit().time
        let told = Mutex<[String]>([])
        try await ledger.with { client, _ in
            for _ in 1...2 {
                let gate = ReconciliationGate(
                    kit: try TrustKit.Files(oneFile: ledger.kitFile()), pop: MemoryLedger.berlin,
                    client: client, now: { now },
                    onLeftOut: { entry in
                        guard case .convicts(let omission) = entry else { return }
                        told.withLock { $0.append(omission.fileName) }
                    })
                guard case .held(.unknown(.falseProof)) = await gate.answer(for: copy) else {
                    Issue.record("it goes, or is held for another reason")
                    return
                }
            }
        }
        let names = told.withLock { $0 }
        #expect(names.count == 2 && Set(names).count == 1, "\(names)")
    }
}
