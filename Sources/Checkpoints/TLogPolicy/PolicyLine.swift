internal import Encoding

/// One line of a policy file that says something: its words (C2SP tlog-policy, "Format").
package struct PolicyLine: Hashable, Sendable {
    /// The line's number in its file, the first is 1.
    package let number: Int

    /// The words, which spaces and tabs separate: at least one.
    package let words: [PolicyWord]

    /// What the line is about: its first word.
    package var keyword: PolicyWord { words[0] }

    /// Splits a file of up to `limit` bytes into lines; empty ones and those that begin with "#"
    /// are left out.
    package static func lines(
        of bytes: [UInt8], upTo limit: Int
    ) throws(PolicyError) -> [PolicyLine] {
        guard bytes.count <= limit else { throw .tooLong(bytes.count, limit: limit) }
        if let offset = bytes.firstIndex(where: isForbidden) {
            throw .controlCharacter(offset: offset)
        }
        let newline = UInt8(ascii: "\n")
        guard bytes.isEmpty || bytes.last == newline else { throw .unterminated }
        var lines: [PolicyLine] = []
        for (index, line) in bytes.split(separator: newline, omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                .compactMap { PolicyWord($0) }
            guard let keyword = words.first, keyword.bytes.first != UInt8(ascii: "#") else {
                continue
            }
            lines.append(PolicyLine(number: index + 1, words: words))
        }
        return lines
    }

    /// Reads the line as a log's: `log <vkey> [<url>]`, with a key that can be a log's.
    package func log() throws(PolicyError) -> TrustPolicy.Log {
        guard (2...3).contains(words.count) else { throw .wrongWordCount(keyword: keyword) }
        let key = try Self.key(words[1])
        guard key.kind != .cosigner else { throw .wrongKeyType(key) }
        return TrustPolicy.Log(key: key, url: words.count > 2 ? words[2] : nil)
    }

    /// Reads a key.
    static func key(_ word: PolicyWord) throws(PolicyError) -> VerifierKey {
        guard let text = Text(utf8: word.bytes) else { throw .malformedKey(.malformedName) }
        do throws(VerifierKeyError) {
            return try VerifierKey(parsing: text)
        } catch {
            throw .malformedKey(error)
        }
    }

    /// Everything but tab, LF, printable ASCII and bytes above 0x7F.
    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte == 0x7F || (byte < 0x20 && byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\n"))
    }
}
