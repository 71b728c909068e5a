import Encoding

/// A form that a string must have: the sentence a refusal states, and the test.
struct TextRule: Sendable {
    /// The rule, in the words of a refusal.
    let rule: String

    /// Returns whether a text has the form.
    let accepts: @Sendable (Text) -> Bool

    init(_ rule: String, accepts: @escaping @Sendable (Text) -> Bool) {
        self.rule = rule
        self.accepts = accepts
    }
}

// Lengths are in characters, by which JSON Schema means Unicode scalars. They are there so that a
// record can be shown; the manifest's own limit bounds the whole.
extension TextRule {
    /// A name, a unit, a version: fits on a few lines.
    static let label = length(1...255)

    /// A title, a file's path, a reason.
    static let line = length(1...1_024)

    /// A text for people, several pages.
    static let prose = length(1...65_536)

    /// A text of any length.
    static let any = TextRule("must be a string") { _ in true }

    static func length(_ range: ClosedRange<Int>) -> TextRule {
        TextRule("must have \(range.lowerBound) to \(range.upperBound) characters") { text in
            // A scalar takes 1 to 4 bytes: most texts need no counting.
            let bytes = text.utf8.count
            guard bytes >= range.lowerBound, bytes <= 4 * range.upperBound else { return false }
            return (bytes <= range.upperBound && bytes >= 4 * range.lowerBound)
                || range.contains(text.scalarCount)
        }
    }

    /// Lower-case hexadecimal digits of so many bytes.
    static func hex(bytes count: Int) -> TextRule {
        TextRule("must be \(2 * count) lower-case hexadecimal digits") { text in
            text.utf8.count == 2 * count && Hex.areDigits(text)
        }
    }

    /// A point in time, `2026-10-02T14:10:00.5+02:00`.
    static let time = TextRule(
        "must be a time YYYY-MM-DDThh:mm:ss[.f](Z|±hh:mm) that exists in the calendar"
    ) { Timestamp($0) != nil }

    /// A point in time in whole seconds and UTC, `2026-10-02T12:10:00Z`.
    static let wholeTime = TextRule("must be a time YYYY-MM-DDThh:mm:ssZ that exists") { text in
        text.utf8.count == 20 && text.utf8.last == UInt8(ascii: "Z") && Timestamp(text) != nil
    }

    /// A language tag, well formed by RFC 5646 §2.1 (BCP 47).
    static let language = TextRule("must be a BCP 47 language tag") { LanguageTag.isWellFormed($0) }

    /// A media type with or without parameters (RFC 6838 §4.2, RFC 9110 §8.3.1).
    static let mediaType = TextRule("must be a media type, type/subtype") {
        MediaTypeSyntax.isWellFormed($0)
    }

    /// A coordinate reference system of the EPSG registry.
    static let epsg = TextRule("must be EPSG: and a code of 4 to 6 digits") { text in
        let digits = text.utf8.dropFirst(5)
        return text.hasPrefix("EPSG:") && (4...6).contains(digits.count)
            && digits.first != UInt8(ascii: "0") && digits.allSatisfy(\.isDigit)
    }

    /// The name of an action as C2PA writes it: labels joined by dots, at least two.
    static let action = TextRule("must be an action's name such as c2pa.cropped") { text in
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 255 && labels.count >= 2
            && labels.allSatisfy { label in
                !label.isEmpty
                    && label.allSatisfy {
                        $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    }
            }
    }
}

extension UInt8 {
    /// 0 to 9.
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// A to Z and a to z.
    var isLetter: Bool { self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z") }

    /// A letter or a digit of ASCII.
    var isAlphanumeric: Bool { isLetter || isDigit }

    /// A letter, a digit, `-` or `_`: the alphabet of base64url (RFC 4648 §5).
    var isBase64URL: Bool {
        isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
