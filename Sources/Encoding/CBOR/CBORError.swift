/// Why bytes were not read as CBOR, and where.
///
/// The bytes must be refused as a whole: nothing of them may be used.
public struct CBORError: Error, Hashable {
    /// Zero-based position, in the bytes given to the decoder, of what breaks the rule.
    public let offset: Int

    /// The broken rule.
    public let rule: Rule

    /// Creates an error about the byte at `offset`.
    public init(_ rule: Rule, at offset: Int) {
        self.offset = offset
        self.rule = rule
    }

    /// The rules that a decoder enforces; the raw value says what was found.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// Send the rest.
        case truncated = "the input ends inside an item"

        /// Send one item.
        case trailingBytes = "bytes follow the item"

        /// Encode the head in as few bytes as it fits in.
        case notShortest = "an integer or a length is not in its shortest form"

        /// Encode the length before the content.
        case indefiniteLength = "the length is indefinite"

        /// The bytes are not CBOR at all (additional information 28 to 30, a stray break).
        case notWellFormed = "the initial byte is not well-formed CBOR"

        /// Sort the keys by their encodings.
        case unsortedKeys = "the keys of a map are not in the order of their encodings"

        /// Drop one of the two members.
        case duplicateKey = "two members of a map have the same key"

        /// Use integers that fit in 64 bits, or text.
        case badKey = "a key of a map is neither an integer of 64 bits nor a text"

        /// Nest less.
        case tooDeep = "arrays, maps and tags are nested too deeply"

        /// Send fewer members.
        case tooManyMembers = "arrays and maps have more members than a header may have"

        /// Encode text as UTF-8.
        case invalidUTF8 = "a text is not valid UTF-8"

        /// Use an integer or a text.
        case floatingPoint = "floating-point numbers are not used here"

        /// Use false, true or null.
        case simpleValue = "simple values other than false, true and null are not used here"

        /// Use no tag here.
        case unknownTag = "tags other than 18 are not used here"

        /// Send byte strings only.
        case notBytes = "an item of the sequence is not a byte string"

        /// Tag the message.
        case notTagged = "a COSE_Sign1 begins with tag 18"

        /// Send the four members of RFC 9052 §4.2.
        case notSign1 =
            "a COSE_Sign1 is [protected bstr, unprotected map, payload bstr / nil, signature bstr]"

        /// Encode a map in the protected header.
        case protectedNotMap = "the protected header is not a map"
    }
}

extension CBORError: CustomStringConvertible {
    /// The position and the rule, in words.
    public var description: String { "byte \(offset): \(rule.rawValue)" }
}
