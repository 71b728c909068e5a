import Encoding

/// The parameters of a query, each at most once.
package struct Query: Sendable {
    private let values: [String: String]

    /// Reads what follows a path's "?", nil where there is none; refuses a query that names a
    /// parameter twice or one we do not know.
    ///
    /// Unknown names are refused because a misspelled limit or cursor would silently be another
    /// question.
    package init(_ query: String?, allowed: Set<String>) throws(Problem) {
        var values: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]),
                let value = Self.decoded(parts.count > 1 ? parts[1] : "")
            else { throw .malformed("query: must be percent-encoded UTF-8") }
            guard allowed.contains(name) else {
                let known = allowed.sorted().joined(separator: ", ")
                throw .malformed("query: must have no parameter but \(known)")
            }
            guard values[name] == nil else { throw .malformed("\(name): must be given once") }
            values[name] = value
        }
        self.values = values
    }

    /// Returns the value of a parameter.
    package subscript(_ name: String) -> String? {
        values[name]
    }

    /// Returns a number without sign or leading zeros, up to 2^63 - 1.
    package func number(_ name: String) throws(Problem) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(decimal: text) else {
            throw .malformed("\(name): must be a decimal number without leading zeros")
        }
        return number
    }

    /// Returns the query with this value under `name`, as it is written behind a "?".
    ///
    /// Written anew, of what was understood: in the query that came, any letter of a name or a
    /// value may have been an escape.
    package func setting(_ name: String, to value: String) -> String {
        values.merging([name: value]) { $1 }.sorted { $0.key < $1.key }
            .map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// RFC 3986 §3.4: all but unreserved characters, and those of a URI that mean nothing in a
    /// query, is escaped.
    package static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return encoded
    }

    private static func decoded(_ text: Substring) -> String? {
        // "+" stays itself: these are URIs and numbers, not form fields.
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            // `UInt8` alone would take a sign: "%-0" is no escape.
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                let decoded = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
