import Encoding

/// The syntax of media types: `type/subtype` (RFC 6838 §4.2) and parameters (RFC 9110 §8.3.1).
enum MediaTypeSyntax {
    /// 127 characters for each name, and room for parameters.
    static let longest = 512

    /// Returns whether `text` is a media type.
    static func isWellFormed(_ text: Text) -> Bool {
        guard text.utf8.count <= longest else { return false }
        var rest = text.utf8[...]
        guard takeName(&rest), take(UInt8(ascii: "/"), &rest), takeName(&rest) else { return false }
        while !rest.isEmpty {
            guard takeParameter(&rest) else { return false }
        }
        return true
    }

    private static func take(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes a restricted-name: 1 to 127 characters, the first a letter or a digit.
    private static func takeName(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let name = rest.prefix { $0.isAlphanumeric || "!#$&-^_.+".utf8.contains($0) }
        guard let first = name.first, first.isAlphanumeric, name.count <= 127 else { return false }
        rest = rest[name.endIndex...]
        return true
    }

    /// Takes `; name=value`, the value a token or a quoted string.
    private static func takeParameter(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest = rest.drop { $0 == 0x20 }
        guard take(UInt8(ascii: ";"), &rest) else { return false }
        rest = rest.drop { $0 == 0x20 }
        guard takeToken(&rest), take(UInt8(ascii: "="), &rest) else { return false }
        return takeQuoted(&rest) || takeToken(&rest)
    }

    private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let token = rest.prefix { $0.isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains($0) }
        rest = rest[token.endIndex...]
        return !token.isEmpty
    }

    /// Takes a quoted string of printable ASCII without backslashes.
    private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: "\""),
            let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\""))
        else { return false }
        let isPlain = { (byte: UInt8) in (0x20...0x7E).contains(byte) && byte != 0x5C }
        guard rest[rest.startIndex..<end].allSatisfy(isPlain) else { return false }
        rest = rest[(end + 1)...]
        return true
    }
}
