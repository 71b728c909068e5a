package import Merkle

/// What a proof shows about a digest, by the headers that a person trusts.
package enum BlockVerdict: Hashable, Sendable {
    /// The digest existed when these blocks were made; the earliest first.
    case holds(earliest: ConfirmedBlock, others: [ConfirmedBlock])

    /// It does not hold, or is about something else.
    case refuted(Fault)

    /// It leads to blocks of which no header is trusted here.
    case noHeader(heights: [UInt64])

    /// It leads to no block yet: these calendars have promised one.
    case pending(calendars: [String])

    /// It has only attestations of kinds that are not known here.
    case unknown

    /// A block that commits to the digest.
    package struct ConfirmedBlock: Hashable, Sendable {
        /// The claim that was found true.
        package let claim: DetachedTimestamp.BlockClaim

        /// When its miner says that it was made, POSIX seconds; good to about two hours.
        package let time: UInt64

        /// The block's height.
        package var height: UInt64 { claim.height }

        /// The SHA-256 of tokens that existed when the block was made, too.
        package var sealed: [Hash] { claim.sealed }
    }

    /// What is wrong with a proof.
    package enum Fault: Hashable, Sendable {
        /// It is about another digest.
        case otherDigest

        /// It does not lead to the block of this height.
        case otherRoot(height: UInt64)

        /// The header that came with it is not the one of this height.
        case otherHeader(height: UInt64)

        /// The header that came with it is of no block to which it leads.
        case strayHeader
    }
}

extension BlockVerdict.Fault: CustomStringConvertible {
    /// What is wrong with the proof, in words that end a sentence about it.
    package var description: String {
        switch self {
        case .otherDigest: "it is about another digest"
        case .otherRoot(let height): "it does not lead to block \(height)"
        case .otherHeader(let height): "the header beside it is not that of block \(height)"
        case .strayHeader: "the header beside it is of no block that it leads to"
        }
    }
}
