/// A key of a map: an integer or a text string, as in every COSE structure (RFC 9052 §1.4).
///
/// Labels are ordered as their encodings are, byte by byte (RFC 8949 §4.2.1).
public enum CBORLabel: Hashable, Sendable {
    /// An integer label; COSE gives none outside the range of `Int64`.
    case int(Int64)

    /// A text label.
    case text(Text)
}

extension CBORLabel: Comparable {
    /// Whether the encoding of `lhs` sorts before the encoding of `rhs`.
    ///
    /// A head's bytes grow with its argument, so integers sort by magnitude, those that
    /// are not negative first, then texts, by length and then by their bytes.
    public static func < (lhs: CBORLabel, rhs: CBORLabel) -> Bool {
        switch (lhs, rhs) {
        case (.int(let left), .int(let right)):
            (left < 0) == (right < 0) ? left.magnitude < right.magnitude : right < 0
        case (.int, .text):
            true
        case (.text, .int):
            false
        case (.text(let left), .text(let right)):
            left.utf8.count == right.utf8.count
                ? left.utf8.lexicographicallyPrecedes(right.utf8)
                : left.utf8.count < right.utf8.count
        }
    }
}

extension CBORLabel: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// Creates an integer label.
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }

    /// Creates a text label.
    public init(stringLiteral value: String) {
        self = .text(Text(value))
    }
}

extension CBORLabel: CustomStringConvertible {
    /// The label as a person reads it: nothing in it acts on a terminal.
    public var description: String {
        switch self {
        case .int(let value): String(value)
        case .text(let value): "\"\(value.printable)\""
        }
    }
}
