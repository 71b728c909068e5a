package import Merkle

/// What is given to a calendar: not the digest itself, but a digest that commits to it.
///
///     digest -> append(SHA-256(token 1) || ... || SHA-256(token n) || 16 random bytes) -> sha256
///
/// The random bytes hide from the calendar what is dated, and make each submission another one. The
/// tokens are those that authorities gave for the same digest: what dates the submission shows that
/// they existed, too.
package struct CalendarSubmission: Hashable, Sendable {
    /// Tokens at most: so many authorities nobody configures, and the step's argument has
    /// 126 places.
    package static let tokenLimit = 64

    /// Random bytes: so many that nobody finds them by trying.
    private static let saltByteCount = 16

    /// What is dated.
    package let digest: Hash

    private let argument: [UInt8]

    /// Commits to `digest` and to the SHA-256 of tokens.
    package init(
        of digest: Hash, sealing tokens: [Hash] = [],
        using random: inout some RandomNumberGenerator
    ) {
        precondition(tokens.count <= Self.tokenLimit, "at most \(Self.tokenLimit) are sealed")
        self.digest = digest
        var argument = tokens.flatMap(\.bytes)
        for _ in 0..<Self.saltByteCount {
            argument.append(.random(in: .min ... .max, using: &random))
        }
        self.argument = argument
    }

    /// Commits to `digest` and to the SHA-256 of tokens, with random bytes of the system.
    package init(of digest: Hash, sealing tokens: [Hash] = []) {
        var random = SystemRandomNumberGenerator()
        self.init(of: digest, sealing: tokens, using: &random)
    }

    /// The 32 bytes to post to `/digest` of a calendar.
    package var posted: Hash { .sha256(digest.bytes + argument) }

    /// Returns the proof that a calendar's answer to the post makes.
    package func proof(reply: [UInt8]) throws(DetachedTimestampError) -> DetachedTimestamp {
        let answer = try DetachedTimestamp.tree(ofReply: reply, to: posted.bytes)
        return try DetachedTimestamp(
            of: digest, AttestationTree(.append(argument), AttestationTree(.sha256, answer)))
    }

    /// The digests to which such an argument commits; none where it is of another form.
    static func digests(in argument: [UInt8]) -> [Hash] {
        let digests = argument.dropLast(saltByteCount)
        return Hash.list(digests.span) ?? []
    }
}
