import Encoding

/// One block of a PEM file (RFC 7468): a label and the bytes under it.
struct PEMBlock {
    /// The label between BEGIN and the dashes.
    let label: String

    /// The decoded content; nil where it is not base64, or has headers and so is encrypted.
    let content: [UInt8]?

    /// Whether the block has the header that OpenSSL's old encryption writes (RFC 1421 §4.6.1.1).
    let hasOldEncryption: Bool

    /// Returns the blocks of `text`; text between blocks is ignored, as OpenSSL does, and so is a
    /// byte order mark, as Windows' editors put it first.
    static func blocks(in text: String) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var label: String?
        var lines: [String] = []
        // By bytes: to Swift, CR LF is one character and would not end a line.
        for line in PlainText.unmarked(Array(text.utf8)).split(whereSeparator: isLineEnd) {
            let line = trimmed(line)
            if let name = boundary(line, "-----BEGIN ") {
                label = name
                lines = []
            } else if let name = boundary(line, "-----END "), let begun = label {
                if name == begun {
                    blocks.append(PEMBlock(label: begun, lines: lines))
                }
                label = nil
            } else if label != nil {
                lines.append(line)
            }
        }
        return blocks
    }

    private init(label: String, lines: [String]) {
        self.label = label
        hasOldEncryption =
            lines.contains { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }
        content = Base64.decode(lines.joined())
    }

    /// Returns `content` as a block of lines of 64 characters.
    static func encode(_ content: [UInt8], label: String) -> String {
        let text = Base64.encodeUTF8(content)
        var lines = ["-----BEGIN \(label)-----"]
        for start in stride(from: 0, to: text.count, by: 64) {
            let end = min(start + 64, text.count)
            lines.append(String(decoding: text[start..<end], as: UTF8.self))
        }
        lines.append("-----END \(label)-----")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> String {
        var line = line
        while let last = line.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
            line.removeLast()
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Returns the label in a line that begins with `prefix` and ends with dashes.
    private static func boundary(_ line: String, _ prefix: String) -> String? {
        guard line.hasPrefix(prefix), line.hasSuffix("-----") else { return nil }
        return String(line.dropFirst(prefix.count).dropLast(5))
    }
}
