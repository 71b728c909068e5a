import Encoding
import Mustache

/// HTML that may stand in a page as it is: made of our own words, or of text that was escaped.
///
/// swift-mustache escapes characters as Swift counts them, and so misses a quotation mark that a
/// combining mark follows. Here each scalar is looked at.
struct Markup: Hashable, Sendable, MustacheCustomRenderable {
    /// The HTML.
    let html: String

    /// Escapes one line of text from anywhere; what must not be shown is spelled out.
    init(text: String) {
        html = Self.escaped(SafeText.line(text))
    }

    /// Escapes a text of several lines from anywhere.
    init(lines text: String) {
        html = Self.escaped(SafeText.lines(text))
    }

    /// Takes HTML that we have made.
    init(made html: String) {
        self.html = html
    }

    var renderText: String { html }

    var isNull: Bool { false }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
