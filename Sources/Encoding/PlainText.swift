/// Text files as other systems write them, brought to the one form that is read here.
///
/// Windows' editors put a byte order mark first, and end lines with CR LF; very old ones end them
/// with CR. Neither says anything. Only what is not signed byte for byte is read this way.
public enum PlainText {
    /// U+FEFF in UTF-8.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// What a person does with a file of another encoding.
    public static let advice = "it is UTF-16 text: save it as UTF-8"

    /// Returns `bytes` without a byte order mark at their start.
    public static func unmarked(_ bytes: [UInt8]) -> [UInt8] {
        isMarked(bytes) ? Array(bytes.dropFirst(mark.count)) : bytes
    }

    /// Whether a byte order mark stands first.
    public static func isMarked(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.starts(with: mark)
    }

    /// Returns `bytes` without a byte order mark, and with a line feed as the end of each line.
    public static func lines(of bytes: [UInt8]) -> [UInt8] {
        let bytes = unmarked(bytes)
        guard bytes.contains(UInt8(ascii: "\r")) else { return bytes }
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            guard byte == UInt8(ascii: "\r") else {
                lines.append(byte)
                continue
            }
            let isPair = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
            if !isPair { lines.append(UInt8(ascii: "\n")) }
        }
        return lines
    }

    /// Whether `bytes` begin as UTF-16 text does that says so: PowerShell's `>` wrote such files.
    public static func isUTF16(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    }
}
