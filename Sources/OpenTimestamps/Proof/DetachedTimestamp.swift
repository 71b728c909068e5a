package import Merkle

/// A proof that a digest existed: a detached OpenTimestamps file (`.ots`, calendars.md §2).
///
///     magic (31) | version (0x01) | kind of hash (0x08, SHA-256) | digest (32) | tree
///
/// A value is well formed: each step has a result within the format's limits. It proves nothing
/// until ``check(_:against:carrying:)`` has found the header of a block that it leads to.
package struct DetachedTimestamp: Hashable, Sendable {
    /// Bytes of a proof at most.
    ///
    /// One of a calendar has about 1,000, and the two answers of which it is made at most 20,000.
    package static let byteLimit = 64 << 10

    /// Bytes of a calendar's answer at most, as the reference client has it.
    package static let replyLimit = 10_000

    private static let magic: [UInt8] =
        [0] + "OpenTimestamps".utf8 + [0, 0] + "Proof".utf8
        + [0, 0xbf, 0x89, 0xe2, 0xe8, 0x84, 0xe8, 0x92, 0x94]

    private static let version: UInt8 = 1

    /// What the proof is about.
    package let digest: Hash

    let tree: AttestationTree

    /// Puts a proof together, and reads it as a stranger's: so a limit is never passed.
    init(of digest: Hash, _ tree: AttestationTree) throws(DetachedTimestampError) {
        try self.init(parsing: Self.encode(digest, tree))
    }

    /// Reads a file; attestations and steps may stand in any order.
    package init(parsing file: [UInt8]) throws(DetachedTimestampError) {
        guard file.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
        guard file.starts(with: Self.magic) else { throw .notAProof }
        var reader = AttestationReader(file.dropFirst(Self.magic.count))
        let version = try reader.number()
        guard version == Self.version else { throw .version(version) }
        let kind = try reader.byte()
        guard kind == AttestationStep.sha256.tag else { throw .hashKind(kind) }
        guard let digest = Hash(try reader.bytes(Hash.byteCount)) else {
            preconditionFailure("so many bytes are a digest")
        }
        self.digest = digest
        tree = try AttestationTree(of: digest.bytes, from: &reader)
        try reader.finish()
    }

    /// The file, in the one order: byte for byte what the reference library writes.
    package var encoded: [UInt8] { Self.encode(digest, tree) }

    private static func encode(_ digest: Hash, _ tree: AttestationTree) -> [UInt8] {
        var file = magic + [version, AttestationStep.sha256.tag]
        digest.append(to: &file)
        tree.write(to: &file)
        return file
    }
}

extension DetachedTimestamp {
    /// A calendar's promise that stands in a proof.
    package struct Promise: Hashable, Sendable {
        /// The message that the calendar knows: the argument of `GET /timestamp/HEX`.
        package let commitment: [UInt8]

        /// The calendar's URI, as the calendar names itself.
        ///
        /// Anybody can write a proof: whoever asks the calendar looks first whether it is one that
        /// was configured.
        package let calendar: String
    }

    /// The promises in it, kept or not.
    package var pending: [Promise] {
        var promises: [Promise] = []
        tree.forEach(from: digest.bytes) { attestation, message, _ in
            guard case .pending(let calendar) = attestation else { return }
            promises.append(Promise(commitment: message, calendar: calendar))
        }
        return promises
    }

    /// A claim that a Bitcoin block commits to the digest; nobody has checked it.
    package struct BlockClaim: Hashable, Sendable {
        /// The block's height.
        package let height: UInt64

        /// What must be the Merkle root in the block's header.
        package let message: [UInt8]

        /// The first two steps of the way there: they may commit to tokens.
        fileprivate let first: ArraySlice<AttestationStep>

        /// The SHA-256 of tokens through which the way leads: the block is later than they are.
        package var sealed: [Hash] {
            guard first.count == 2, case .append(let argument)? = first.first,
                first.last == .sha256
            else { return [] }
            return CalendarSubmission.digests(in: argument)
        }
    }

    /// The Bitcoin blocks that it claims to lead to.
    package var bitcoin: [BlockClaim] {
        var claims: [BlockClaim] = []
        tree.forEach(from: digest.bytes) { attestation, message, steps in
            guard case .block(.bitcoin, let height) = attestation else { return }
            claims.append(BlockClaim(height: height, message: message, first: steps.prefix(2)))
        }
        return claims
    }

    /// Whether it leads to a Bitcoin block, says whoever made it: no calendar is needed any more.
    package var isComplete: Bool { !bitcoin.isEmpty }
}

extension DetachedTimestamp {
    /// Returns a proof that says what both say.
    package func merging(
        _ other: DetachedTimestamp
    ) throws(DetachedTimestampError) -> DetachedTimestamp {
        guard other.digest == digest else { throw .otherDigest }
        var merged = tree
        merged.merge(other.tree)
        return try DetachedTimestamp(of: digest, merged)
    }

    /// Returns the proof with a calendar's answer to `GET /timestamp/HEX(commitment)`.
    ///
    /// Promises beside it are kept, the one that is kept now too. An answer that says nothing new,
    /// as one that repeats its promise, is refused as such.
    ///
    /// - Parameter commitment: of a ``Promise`` in the proof; never the digest that was posted.
    package func adding(
        reply: [UInt8], at commitment: [UInt8]
    ) throws(DetachedTimestampError) -> DetachedTimestamp {
        let answer = try Self.tree(ofReply: reply, to: commitment)
        var merged = tree
        guard merged.merge(answer, at: commitment, from: digest.bytes) else { throw .notPending }
        guard merged != tree else { throw .addsNothing }
        return try DetachedTimestamp(of: digest, merged)
    }

    /// Reads a calendar's answer about a message: a tree, and nothing behind it.
    static func tree(
        ofReply reply: [UInt8], to message: [UInt8]
    ) throws(DetachedTimestampError) -> AttestationTree {
        guard reply.count <= replyLimit else { throw .tooLarge(limit: replyLimit) }
        var reader = AttestationReader(reply[...])
        let tree = try AttestationTree(of: message, from: &reader)
        try reader.finish()
        return tree
    }
}
