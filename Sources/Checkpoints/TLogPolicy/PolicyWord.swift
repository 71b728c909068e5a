/// A name or a URL in a policy file: bytes that are compared as they are (C2SP tlog-policy,
/// "Character set").
///
/// Not empty; no space and no control character. UTF-8 is usual and not required, so a name
/// with U+212A, the Kelvin sign, is another than the one with "K".
public struct PolicyWord: Hashable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The word as the file has it.
    public let bytes: [UInt8]

    /// The quorum that asks for no witness; it names neither witness nor group.
    public static let none: PolicyWord = "none"

    /// Creates a word; nil unless it can stand in a policy file.
    public init?(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        self.bytes = Array(bytes)
    }

    /// Creates a word from a string; nil unless it can stand in a policy file.
    public init?(_ string: String) {
        self.init(string.utf8)
    }

    /// Creates a word from a literal, which must be one.
    public init(stringLiteral literal: String) {
        precondition(
            !literal.isEmpty && literal.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F },
            "a policy word is not empty and has neither space nor control character")
        self.bytes = Array(literal.utf8)
    }

    /// The word for a person; bytes that are not UTF-8 are shown as U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
