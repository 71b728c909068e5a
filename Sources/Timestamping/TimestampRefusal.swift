/// Why a token, or the answer of an authority, shows nothing.
///
/// The descriptions are for a person: lower case, no full stop. What an authority wrote stands in
/// them, so they reach a terminal or a log through `SafeText` only.
package enum TimestampRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has more bytes than are read.
    case tooLarge(byteCount: Int)

    /// Bytes follow it.
    case trailingBytes

    /// It is no token, or no answer, of RFC 3161 in DER; says what is wrong.
    case malformed(String)

    /// The authority gave no token: its status, and its words for it. Ask its operator.
    case rejected(status: Int, words: String)

    /// It is about another digest.
    case otherDigest

    /// It answers another question.
    case otherNonce

    /// No authority that is trusted here vouches for it.
    case untrusted(String)

    /// A certificate was not valid yet, or no more, at the token's own time.
    case outOfTerm(String)

    /// The certificate is not one that is for timestamps only (RFC 3161 §2.3).
    case otherPurpose

    /// A key or a hash in it is too weak to be believed.
    case weak(String)

    /// A rule of X.509 is broken; says which.
    case brokenChain(String)

    /// The signature names another certificate than the one that verifies it (RFC 5816 §2.2.1).
    case otherCertificate

    /// The signature does not verify.
    case signature

    /// It has something that this version does not know, and that must not be passed over.
    case unsupported(String)

    /// Its time is ahead of ours by so many seconds: one of the two clocks is wrong.
    case ahead(seconds: UInt64)

    /// Its time is behind ours by so many seconds, though it was asked for now.
    case behind(seconds: UInt64)

    /// The C library is too old to be given what strangers made (``Libcrypto/isSound``).
    case unsoundLibrary

    /// The C library failed, for want of memory as a rule; nothing is known of the token.
    case libraryFailed

    /// The word for metrics: few, and none that an authority chooses.
    package var kind: String {
        switch self {
        case .tooLarge, .trailingBytes, .malformed: "malformed"
        case .rejected: "rejected"
        case .otherDigest: "other_digest"
        case .otherNonce: "other_nonce"
        case .untrusted: "untrusted"
        case .outOfTerm: "out_of_term"
        case .otherPurpose: "other_purpose"
        case .weak: "weak"
        case .brokenChain, .otherCertificate: "broken_chain"
        case .signature: "signature"
        case .unsupported: "unsupported"
        case .ahead, .behind: "clock"
        case .unsoundLibrary, .libraryFailed: "library"
        }
    }

    package var description: String {
        switch self {
        case .tooLarge(let count): "\(count) bytes; at most \(TimestampLimit.tokenBytes) are read"
        case .trailingBytes: "bytes follow its end"
        case .malformed(let what): "no timestamp of RFC 3161: \(what)"
        case .rejected(let status, let words):
            "the authority refuses, status \(status)\(words.isEmpty ? "" : ": \(words)")"
        case .otherDigest: "it is about another digest"
        case .otherNonce: "it answers another question: its nonce is not the one that was sent"
        case .untrusted(let name): "none of the trusted authorities vouches for \(name)"
        case .outOfTerm(let words): "not valid at its own time: \(words)"
        case .otherPurpose:
            "its certificate is not for timestamps alone, as a critical extended key usage says"
        case .weak(let what): "\(what) is too weak"
        case .brokenChain(let words): "its certificates do not hold: \(words)"
        case .otherCertificate: "it names another certificate than the one that signed it"
        case .signature: "its signature does not verify"
        case .unsupported(let what): "\(what) is not known here"
        case .ahead(let seconds): "its time is \(seconds) s ahead of this clock"
        case .behind(let seconds): "its time is \(seconds) s behind this clock"
        case .unsoundLibrary:
            "libcrypto \(Libcrypto.version) is too old to check timestamps: \(Libcrypto.advice)"
        case .libraryFailed: "libcrypto failed"
        }
    }
}
