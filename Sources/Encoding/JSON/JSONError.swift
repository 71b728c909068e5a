/// Why bytes are not JSON of the strict profile, and where; the bytes must not be used.
public struct JSONError: Error, Hashable, Sendable {
    /// The rule that is broken.
    public enum Rule: String, CaseIterable, Sendable {
        /// The text begins with U+FEFF, which RFC 8259 §8.1 forbids.
        case byteOrderMark = "it must not begin with a byte order mark (U+FEFF)"
        /// A byte stands where RFC 8259's grammar does not allow it.
        case unexpectedByte = "unexpected byte"
        /// The value is not complete.
        case unexpectedEnd = "the value is cut short"
        /// Something follows the value.
        case trailingBytes = "nothing may follow the value"
        /// Arrays and objects are nested deeper than the limit.
        case tooDeep = "arrays and objects are nested too deep"
        /// Two members of one object have the same name after unescaping.
        case duplicateName = "the name of a member appears twice"
        /// A string is not UTF-8.
        case invalidUTF8 = "a string must be valid UTF-8"
        /// A control character must be escaped.
        case controlCharacter = "a control character in a string must be escaped"
        /// A backslash is followed by something else than RFC 8259 §7 allows.
        case invalidEscape = "invalid escape in a string"
        /// An escaped UTF-16 surrogate has no partner.
        case unpairedSurrogate = "an escaped surrogate must have its partner"
        /// A string contains U+0000.
        case nullCharacter = "a string must not contain U+0000"
        /// An integer is beyond ±(2^53-1).
        case integerOutOfRange = "an integer must be within ±(2^53-1)"
        /// A number overflows binary64.
        case numberOutOfRange = "a number must be finite as binary64"
    }

    /// Zero-based position of the byte at which the reader stopped.
    public let offset: Int

    /// The rule that is broken there.
    public let rule: Rule

    /// Creates an error.
    public init(offset: Int, rule: Rule) {
        self.offset = offset
        self.rule = rule
    }
}

extension JSONError: CustomStringConvertible {
    /// The rule and the position in words.
    public var description: String {
        "\(rule.rawValue) (byte \(offset))"
    }
}
