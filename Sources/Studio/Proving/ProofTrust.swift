package import Checkpoints
import Encoding
package import LogReader
package import Provenance

/// Who must have signed a head, and who must have seen it, before a proof about it is given out.
package enum ProofTrust: Sendable {
    /// The ledger of this kit, and the kit's quorum of witnesses where it is `requiringQuorum`.
    case kit(TrustKit, requiringQuorum: Bool)

    /// The same, where the ledger has handed its keys over since the kit was made.
    case followed(FollowedKit, requiringQuorum: Bool)

    /// A log that the policy lists, and its quorum.
    case policy(TrustPolicy)

    /// The log with these keys, which speak for its origin; not empty, and all of one name.
    case keys([VerifierKey], LogLayout = .tiles)

    /// What a reader of the log's files holds a checkpoint to.
    var logTrust: LogTrust {
        switch self {
        case .policy(let policy): .policy(policy)
        case .kit, .followed, .keys:
            .log(origin: logs(of: "").origin, keys: logs(of: "").terms)
        }
    }

    /// The collector's own kit, where there is one.
    package var kit: TrustKit? {
        switch self {
        case .kit(let kit, _): kit
        case .followed(let followed, _): followed.own
        case .policy, .keys: nil
        }
    }

    /// What became of the kit's ledger since; nil where the kit's own word is enough.
    package var followed: FollowedKit? {
        if case .followed(let followed, _) = self { followed } else { nil }
    }

    /// The newest registry that is proven; nil without a kit.
    package var registry: Registry? { followed?.registry ?? kit?.registry }

    /// The kit that judges receipts; nil where none is there, and where the entries alone led to
    /// newer keys: they say nothing of the keys that sign receipts.
    var receiptKit: TrustKit? {
        if let followed { followed.newer } else { kit }
    }

    /// Returns the head of a note, once the log is found to have signed it, and no line of a known
    /// key is bad.
    ///
    /// Who has seen it is judged by ``requireQuorum(of:)``.
    ///
    /// - Parameter time: when the log signed it, in POSIX seconds, where that is known.
    package func open(
        _ signed: SignedCheckpoint, time: UInt64? = nil
    ) throws(HeadRefusal) -> AcceptedHead {
        let (origin, terms) = logs(of: signed.claim.origin)
        let verified: VerifiedCheckpoint
        do throws(CheckpointRefusal) {
            verified = try signed.open(as: origin, by: terms)
        } catch {
            throw .checkpoint(error)
        }
        let evaluation = policy?.evaluate(signed, verified: verified, headTime: time)
        if let key = evaluation?.badKey { throw .badLine(key) }
        let head = AcceptedHead(
            head: ProvenHead(signed, verified), signers: verified.signers, evaluation: evaluation,
            time: time)
        try requireNoDoubt(about: head)
        return head
    }

    private var policy: TrustPolicy? {
        switch self {
        case .kit, .followed: kit?.policy
        case .policy(let policy): policy
        case .keys: nil
        }
    }

    /// The origin that a note must have, and the keys that may sign it.
    func logs(
        of origin: Text
    ) -> (origin: Text, terms: [KeyHistory<VerifierKey>.Term]) {
        switch self {
        case .kit(let kit, _):
            return (kit.origin.text, kit.registry.noteKeys.terms)
        case .followed(let followed, _):
            return (followed.own.origin.text, followed.registry.noteKeys.terms)
        case .policy(let policy):
            return (origin, policy.logs.filter { $0.key.name == origin }.map { .init(key: $0.key) })
        case .keys(let keys, let layout):
            let origin = layout.origin(ofKey: keys[0].name)
            return (origin, keys.map { .init(key: $0, origin: origin) })
        }
    }

    /// Refuses what a thief may have signed, unless the quorum saw it before the key was handed
    /// over (registry.md §7).
    private func requireNoDoubt(about head: AcceptedHead) throws(HeadRefusal) {
        guard let doubt = registry?.noteKeys.doubt(about: head.checkpoint.size) else { return }
        if case .met(let time) = head.evaluation?.quorum, time <= doubt.until { return }
        throw .suspect(doubt)
    }

    /// Refuses a head that too few witnesses have seen.
    func requireQuorum(of head: AcceptedHead) throws(HeadRefusal) {
        switch self {
        case .kit(_, requiringQuorum: false), .followed(_, requiringQuorum: false): return
        case .kit, .followed, .policy, .keys: break
        }
        guard let evaluation = head.evaluation, evaluation.quorum == .notMet else { return }
        throw .noQuorum(head)
    }
}

/// A head that its log has signed, and what others say of it.
package struct AcceptedHead: Hashable, Sendable {
    /// Origin, size, root, and the note.
    package let head: ProvenHead

    /// The log keys that have signed it; none where the root was computed from tiles.
    package let signers: [VerifierKey]

    /// What the policy's witnesses have seen of it; nil where nobody named any.
    package let evaluation: PolicyEvaluation?

    /// When the log signed it, by its own word, in POSIX seconds; nil where that is not known.
    package let time: UInt64?

    /// The signed checkpoint whose tiles the root was computed from; nil of a head that is signed
    /// itself.
    package let under: SignedCheckpoint?

    /// Origin, size and root.
    package var checkpoint: Checkpoint { head.checkpoint }

    /// The witnesses that have cosigned it, each with its time.
    package var seenBy: [(witness: TrustPolicy.Witness, time: UInt64)] {
        (evaluation?.witnesses ?? []).compactMap { finding in
            guard case .cosigned(let time) = finding.verdict else { return nil }
            return (finding.witness, time)
        }
    }

    init(
        head: ProvenHead, signers: [VerifierKey], evaluation: PolicyEvaluation?, time: UInt64?,
        under: SignedCheckpoint? = nil
    ) {
        self.head = head
        self.signers = signers
        self.evaluation = evaluation
        self.time = time
        self.under = under
    }

    /// Takes a head that nobody is known to have signed, and that was computed from the tiles of a
    /// signed one.
    init(computed head: ProvenHead, under signed: SignedCheckpoint) {
        self.init(head: head, signers: [], evaluation: nil, time: nil, under: signed)
    }
}

/// Why no proof is given about a head.
package enum HeadRefusal: Error, Hashable, Sendable {
    /// The log has not signed it, by the keys that are known.
    case checkpoint(CheckpointRefusal)

    /// A line in the name of a known key does not verify.
    case badLine(VerifierKey)

    /// A thief may have signed it. The ledger's operator has said so; get a newer head.
    case suspect(KeyDoubt)

    /// Too few witnesses have seen it. A later look may find more.
    case noQuorum(AcceptedHead)
}
