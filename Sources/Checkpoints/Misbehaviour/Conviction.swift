public import Encoding
public import Merkle

/// What a ``MisbehaviourProof`` has shown: a log signed two trees, and neither extends the other.
///
/// Only `convict(by:)` of that proof makes one. It shows what the log's key has signed: that
/// the log did so, or that somebody else has its key, cannot be told apart.
public struct Conviction: Hashable, Sendable {
    /// The log's name.
    public let origin: Text

    /// The checkpoint of the smaller size, and the log's keys that were found to have signed it.
    public let older: VerifiedCheckpoint

    /// The checkpoint of the larger size, or of the same one, and the keys likewise.
    public let newer: VerifiedCheckpoint

    /// The root that the newer tree has at the older size, which is not the older one's; of two
    /// checkpoints of one size it is the newer root.
    public let prefixRoot: Hash

    /// Whether both checkpoints are of one size.
    public var isOneSize: Bool { older.checkpoint.size == newer.checkpoint.size }

    init(older: VerifiedCheckpoint, newer: VerifiedCheckpoint, prefixRoot: Hash) {
        self.origin = older.checkpoint.origin
        self.older = older
        self.newer = newer
        self.prefixRoot = prefixRoot
    }
}

extension MisbehaviourProof {
    /// Returns what the log is convicted of, by keys that the caller trusts for it.
    ///
    /// Each checkpoint must be signed, within its term, by a key whose name is the origin; terms of
    /// other logs change nothing. It may be another key for each, where a log has changed its own.
    public func convict(
        by terms: [KeyHistory<VerifierKey>.Term]
    ) throws(ConvictionRefusal) -> Conviction {
        let one = try Self.open(older, .older, terms)
        let other = try Self.open(newer, .newer, terms)
        guard let prefix else {
            guard older.claim.root != newer.claim.root else { throw .sameTree }
            return Conviction(older: one, newer: other, prefixRoot: newer.claim.root)
        }
        let roots = prefix.roots
        // Without the newer root, which the log has signed, the hashes are anybody's invention.
        guard roots.whole == newer.claim.root else { throw .unboundProof }
        guard roots.prefix != older.claim.root else { throw .consistent }
        return Conviction(older: one, newer: other, prefixRoot: roots.prefix)
    }

    /// Returns what the log is convicted of, by the log keys of a policy, which sign every size.
    public func convict(by policy: TrustPolicy) throws(ConvictionRefusal) -> Conviction {
        try convict(by: policy.logs.map { .init(key: $0.key) })
    }

    private static func open(
        _ signed: SignedCheckpoint, _ place: MisbehaviourPlace,
        _ terms: [KeyHistory<VerifierKey>.Term]
    ) throws(ConvictionRefusal) -> VerifiedCheckpoint {
        do throws(CheckpointRefusal) {
            return try signed.open(as: signed.claim.origin, by: terms)
        } catch {
            throw .checkpoint(place, error)
        }
    }
}

/// Why a proof of misbehaviour convicts nobody.
public enum ConvictionRefusal: Error, Hashable, Sendable {
    /// No key that is known for the log has signed a checkpoint, or not within its term, or a line
    /// of such a key is bad. Somebody who knows more keys may believe it.
    case checkpoint(MisbehaviourPlace, CheckpointRefusal)

    /// Both checkpoints are of one tree.
    case sameTree

    /// The hashes do not lead to the newer root, so the log has not signed what they say.
    case unboundProof

    /// The newer tree extends the older one.
    case consistent
}

extension ConvictionRefusal: CustomStringConvertible {
    /// Why, in words.
    public var description: String {
        switch self {
        case .checkpoint(let place, let error): "\(place) \(error)"
        case .sameTree: "both checkpoints are of one tree"
        case .unboundProof:
            "its hashes do not lead to the root of the second checkpoint: anybody can have made "
                + "them up"
        case .consistent: "the second checkpoint's tree extends the first one's"
        }
    }
}
