/// Why a policy is refused (C2SP tlog-policy).
///
/// Every case is to be mended in the policy; none of it may be skipped.
public enum PolicyError: Error, Hashable, Sendable {
    /// The file has more bytes than `limit`.
    case tooLong(Int, limit: Int)

    /// More logs, witnesses or groups are defined than `limit`.
    case tooMany(limit: Int)

    /// A control character other than tab and LF stands at `offset`.
    case controlCharacter(offset: Int)

    /// The last line does not end with LF.
    case unterminated

    /// A line begins with a word that means nothing here.
    case unknownKeyword(PolicyWord)

    /// A line has too few or too many words.
    case wrongWordCount(keyword: PolicyWord)

    /// A key cannot be read.
    case malformedKey(VerifierKeyError)

    /// A log has a cosigner's key or a witness a log's.
    case wrongKeyType(VerifierKey)

    /// A public key occurs twice, perhaps under two names.
    case keyTwice(VerifierKey)

    /// "none" is used as the name of a witness, a group or a member.
    case reservedName

    /// A name is defined twice.
    case nameTwice(PolicyWord)

    /// A name is used that no line before defines.
    case undefinedName(PolicyWord)

    /// A name is a member twice.
    case memberTwice(PolicyWord)

    /// A threshold is neither "any" nor "all" nor a decimal number.
    case malformedThreshold(group: PolicyWord)

    /// A group has no members, or its threshold is not 1...count.
    case thresholdOutOfRange(PolicyWord)

    /// No line sets the quorum.
    case noQuorum

    /// A second line sets the quorum.
    case quorumTwice
}
