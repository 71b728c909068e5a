import Encoding
/// The arguments of a request over the control socket: each at most once.
package struct ControlArguments: Sendable {
    private let values: [String: String]

    /// Creates arguments by name.
    package init(_ values: [String: String] = [:]) {
        self.values = values
    }

    /// Returns the value of an argument that may be left out.
    package subscript(name: String) -> String? {
        values[name]
    }

    /// Returns the absolute path that `name` holds; the server has another current folder.
    package func path(_ name: String) throws(ControlError) -> String {
        guard let path = values[name] else { throw ControlError("\(name): must be given") }
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ControlError("\(name): must be an absolute path")
        }
        return path
    }

    /// Returns a number from 0 to 2^63 - 1; nil where it is left out.
    package func number(_ name: String) throws(ControlError) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(decimal: text) else {
            throw ControlError("\(name): must be a decimal number without leading zeros")
        }
        return number
    }

    /// Returns whether `name` is "true"; it is not where it is left out.
    package func flag(_ name: String) throws(ControlError) -> Bool {
        guard let text = values[name] else { return false }
        guard text == "true" || text == "false" else {
            throw ControlError("\(name): must be true or false")
        }
        return text == "true"
    }

    /// The target of the request `name` with these arguments.
    func target(_ name: String) -> String {
        let pairs = values.sorted { $0.key < $1.key }.map {
            "\(Self.encoded($0.key))=\(Self.encoded($0.value))"
        }
        return "/\(name)" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Writes all bytes but the unreserved ones of RFC 3986 §2.3 as "%" and two digits.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
