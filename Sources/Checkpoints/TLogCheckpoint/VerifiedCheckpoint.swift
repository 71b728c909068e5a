public import Encoding
public import Merkle

/// A checkpoint that its log has signed, with a key that may sign for its origin and size.
///
/// Only ``SignedCheckpoint/open(as:by:about:)`` and ``TrustPolicy/open(_:)`` make one; what a
/// reader makes of a claim is given to nobody.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// The checkpoint that the log signed.
    public let checkpoint: Checkpoint

    /// The log keys that were found to have signed it, at least one.
    public let signers: [VerifierKey]

    init(_ checkpoint: Checkpoint, signers: [VerifierKey]) {
        self.checkpoint = checkpoint
        self.signers = signers
    }

    /// Takes a claim that nobody is known to have signed, for a reader that looks in the claimed
    /// tree for the key that did.
    package init(unchecked claim: Checkpoint) {
        self.init(claim, signers: [])
    }
}

extension SignedCheckpoint {
    /// Returns the checkpoint if a key of `terms` that is in force at its size has signed it for
    /// `origin`, and if no line of any of these keys is bad (log.md §2).
    ///
    /// `tree` is what else is known of the tree that it must be about.
    public func open(
        as origin: Text, by terms: [KeyHistory<VerifierKey>.Term],
        about tree: (size: UInt64, root: Hash)? = nil
    ) throws(CheckpointRefusal) -> VerifiedCheckpoint {
        try open(as: origin, on: verdict(of: terms), about: tree)
    }

    /// Returns the checkpoint if `verdict`, which is ``verdict(of:verified:)``'s about this note,
    /// allows it; for a caller that asks about one note more than once.
    package func open(
        as origin: Text, on verdict: LogVerdict, about tree: (size: UInt64, root: Hash)? = nil
    ) throws(CheckpointRefusal) -> VerifiedCheckpoint {
        guard claim.origin == origin else {
            throw .otherOrigin(claim.origin, expected: origin)
        }
        switch verdict {
        case .invalid(let key): throw .badSignature(key)
        case .notInForce(let key): throw .notInForce(key)
        case .signed, .unknown, .unsupported, .otherOrigin: break
        }
        // Another tree is refused whoever signed it.
        if let tree {
            guard claim.size == tree.size else {
                throw .otherSize(claim.size, expected: tree.size)
            }
            guard claim.root == tree.root else { throw .otherRoot }
        }
        guard case .signed(let signers) = verdict else { throw .unknownKey }
        return VerifiedCheckpoint(claim, signers: signers)
    }
}

/// Why a signed checkpoint is not believed.
///
/// All cases but ``unknownKey`` mean that it contradicts what is known.
public enum CheckpointRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a signed checkpoint.
    case malformed(SignedCheckpointError)

    /// It is about another log.
    case otherOrigin(Text, expected: Text)

    /// The line of a known key does not verify: the note is damaged or forged.
    case badSignature(VerifierKey)

    /// A known key signed it, and may not sign trees of its size.
    case notInForce(VerifierKey)

    /// It is about a tree of another size than the proof beside it.
    case otherSize(UInt64, expected: UInt64)

    /// It is about another tree of the same size.
    case otherRoot

    /// No line is by a known key. Somebody who knows more keys may believe it.
    case unknownKey

    /// What is wrong with it, to follow the name of what it is in.
    public var description: String {
        switch self {
        case .malformed(let error): "is not a signed checkpoint: \(error.words)"
        case .otherOrigin(let origin, let expected): "is of origin \(origin), not \(expected)"
        case .badSignature(let key): "has a signature of \(key.name) that does not verify"
        case .notInForce: "is signed by a key that was not in force at its size"
        case .otherSize(let size, let expected):
            "is of size \(size), the proof beside it of size \(expected)"
        case .otherRoot: "has another root than the proof beside it leads to: not this statement"
        case .unknownKey: "is signed by no key that is known here"
        }
    }
}
