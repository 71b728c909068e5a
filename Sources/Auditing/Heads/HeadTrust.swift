package import Checkpoints
package import Encoding
package import LogReader
package import Provenance

/// By whose keys the heads of one log are judged: the log's own, and those of its witnesses.
package struct HeadTrust: Sendable {
    /// The log's name.
    package let origin: Text

    /// The keys that may sign its heads, each with the tree sizes that it may sign.
    package var terms: [KeyHistory<VerifierKey>.Term]

    /// The witnesses, and how many of them must have seen a head.
    package let policy: TrustPolicy

    /// How the log names its files.
    package let layout: LogLayout

    /// Whether a checkpoint may have extension lines: those of a ledger have none (log.md §3).
    private let allowsExtensions: Bool

    private let requiringQuorum: Bool

    /// Trusts what a kit trusts; its witnesses are named in any case, and asked for where their
    /// quorum is required.
    package init(_ kit: TrustKit, requiringQuorum: Bool = true) {
        (origin, terms) = (kit.origin.text, kit.registry.noteKeys.terms)
        (policy, layout, allowsExtensions) = (kit.policy, .tiles, false)
        self.requiringQuorum = requiringQuorum
    }

    /// Trusts a log of any kind that has always had these keys, all of one name, which gives its
    /// origin.
    package init(
        _ key: VerifierKey, _ others: [VerifierKey] = [], policy: TrustPolicy,
        layout: LogLayout = .tiles
    ) {
        let origin = layout.origin(ofKey: key.name)
        self.origin = origin
        terms = ([key] + others).map { KeyHistory<VerifierKey>.Term(key: $0, origin: origin) }
        (self.policy, self.layout, allowsExtensions) = (policy, layout, true)
        requiringQuorum = true
    }

    /// Reads a note and judges it.
    package func judge(_ bytes: [UInt8]) throws(CheckpointRefusal) -> JudgedHead {
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: bytes, allowingExtensions: allowsExtensions)
        } catch {
            throw .malformed(error)
        }
        return try judge(signed)
    }

    /// Returns a head once a key that may sign its size is found to have signed it.
    package func judge(_ signed: SignedCheckpoint) throws(CheckpointRefusal) -> JudgedHead {
        let verified = try signed.open(as: origin, by: terms)
        let evaluation = policy.evaluate(signed, verified: verified)
        for finding in evaluation.witnesses where finding.verdict == .invalid {
            throw .badSignature(finding.witness.key)
        }
        return JudgedHead(
            signed: signed, verified: verified, evaluation, requiringQuorum: requiringQuorum)
    }
}

/// A head that its log has signed, and what its witnesses say of it.
package struct JudgedHead: Hashable, Sendable {
    /// The note with all its lines.
    package let signed: SignedCheckpoint

    /// What the log signed.
    package let verified: VerifiedCheckpoint

    /// The witnesses of the policy whose lines verify, and when each saw the head, in POSIX
    /// seconds.
    package let witnesses: [(name: PolicyWord, time: UInt64)]

    /// Whether as many witnesses have seen it as the policy asks for.
    package let quorum: PolicyEvaluation.QuorumVerdict

    init(
        signed: SignedCheckpoint, verified: VerifiedCheckpoint, _ evaluation: PolicyEvaluation,
        requiringQuorum: Bool
    ) {
        self.signed = signed
        self.verified = verified
        quorum =
            evaluation.quorum == .notMet && !requiringQuorum ? .notRequired : evaluation.quorum
        witnesses = evaluation.witnesses.compactMap { finding in
            guard case .cosigned(let time) = finding.verdict else { return nil }
            return (finding.witness.name, time)
        }
    }

    /// The checkpoint that the log signed.
    package var checkpoint: Checkpoint { verified.checkpoint }

    /// Number of entries.
    package var size: UInt64 { checkpoint.size }

    /// When the last of its witnesses saw it, in POSIX seconds; nil where none did.
    package var time: UInt64? { witnesses.map(\.time).max() }

    /// When the first of its witnesses saw it, in POSIX seconds; nil where none did.
    package var firstTime: UInt64? { witnesses.map(\.time).min() }

    /// Whether the policy accepts it.
    package var isAccepted: Bool { quorum != .notMet }

    package static func == (one: JudgedHead, other: JudgedHead) -> Bool {
        one.signed == other.signed && one.verified == other.verified
            && one.quorum == other.quorum
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(signed) }
}
