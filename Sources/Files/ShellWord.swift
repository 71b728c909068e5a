/// File names in commands that a message offers: each is one word to a shell, whatever is in it.
public enum ShellWord {
    /// Returns `name` so that a shell takes it as one word and no flag.
    public static func quoted(_ name: String) -> String {
        let name = name.utf8.first == UInt8(ascii: "-") ? "./" + name : name
        if !name.isEmpty, name.utf8.allSatisfy(isPlain) { return name }
        if NativeText.isText(name), name.unicodeScalars.allSatisfy(isShown) {
            return "'" + name.replacing("'", with: "'\\''") + "'"
        }
        // What a terminal must not be given is written in ASCII.
        return "$'" + NativeText.bytes(name).map(escaped).joined() + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-./@%+=:,".utf8.contains(byte)
        }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar.value >= 0x20 && scalar.value < 0x7F : scalar.properties.isAlphabetic
    }

    private static func escaped(_ byte: UInt8) -> String {
        let isPlain =
            byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "'")
            && byte != UInt8(ascii: "\\")
        guard !isPlain else { return String(Unicode.Scalar(byte)) }
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
