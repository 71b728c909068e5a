/// Names and arguments of the system as strings, with no byte lost.
///
/// The system's names are bytes; a Swift string is Unicode, and would repair what is not UTF-8 to
/// U+FFFD, which is another name. Here bytes that are UTF-8 are that text. Any other byte, 0x80 to
/// 0xFF, is spelled as one of the last 128 scalars of Unicode, which no text has: U+10FF00 and the
/// byte. Where a name does hold one of those scalars, each of its bytes is spelled the same way. So
/// each sequence of bytes has one spelling, and the spelling gives it back.
public enum NativeText {
    private static let base: UInt32 = 0x10FF00
    private static let spelledBytes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

    /// Returns bytes of the system as a string.
    public static func spelled(_ bytes: some Collection<UInt8>) -> String {
        // Nearly all names are text, and are taken as they are.
        if let text = String(validating: bytes, as: UTF8.self), isText(text) { return text }
        var rest = ArraySlice(Array(bytes))
        var spelled = String.UnicodeScalarView()
        while let first = rest.first {
            let length = (1...4).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
            let text = length.flatMap { String(validating: rest.prefix($0), as: UTF8.self) }
            if let length, let scalar = text?.unicodeScalars.first,
                !spelledBytes.contains(scalar.value)
            {
                spelled.append(scalar)
                rest.removeFirst(length)
            } else if let scalar = Unicode.Scalar(base + UInt32(first)) {
                spelled.append(scalar)
                rest.removeFirst()
            }
        }
        return String(spelled)
    }

    /// Returns the bytes that `text` spells.
    public static func bytes(_ text: String) -> [UInt8] {
        guard !isText(text) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            spelledBytes.contains(scalar.value)
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
        }
    }

    /// Whether all that `text` spells is plain text: only that may be signed or sent.
    public static func isText(_ text: String) -> Bool {
        // These scalars begin with two bytes that few others have; most names have neither.
        guard text.utf8.contains(0xF4) else { return true }
        return !text.unicodeScalars.contains { spelledBytes.contains($0.value) }
    }

    /// Returns the text of bytes that are UTF-8 though they are spelled; nil where they are not.
    public static func text(_ spelled: String) -> String? {
        isText(spelled) ? spelled : String(validating: bytes(spelled), as: UTF8.self)
    }
}
