internal import Encoding

/// Why a policy file, as a person has written it, cannot be used: none of it is.
public struct PolicyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line's number, the first is 1; nil where the file as a whole is meant.
    public let line: Int?

    /// The mistake.
    public let reason: PolicyError

    /// Names a mistake and its line.
    public init(line: Int?, _ reason: PolicyError) {
        self.line = line
        self.reason = reason
    }

    /// What is wrong, to follow the file's name.
    public var description: String { line.map { "line \($0): \(reason)" } ?? "\(reason)" }
}

extension PolicyLine {
    /// Splits a file that a person has written: of any system's line ends, with a byte order mark
    /// or without one.
    ///
    /// The one reader of all such files, whatever their lines are for.
    package static func lines(
        ofFile bytes: [UInt8], upTo limit: Int
    ) throws(PolicyFileError) -> [PolicyLine] {
        guard !PlainText.isUTF16(bytes) else {
            throw PolicyFileError(line: nil, .otherEncoding)
        }
        let bytes = PlainText.lines(of: bytes)
        do throws(PolicyError) {
            return try lines(of: bytes, upTo: limit)
        } catch {
            let offset: Int? =
                switch error {
                case .controlCharacter(let offset): offset
                case .unterminated: bytes.count
                default: nil
                }
            let newline = UInt8(ascii: "\n")
            throw PolicyFileError(
                line: offset.map { bytes[..<$0].count { $0 == newline } + 1 }, error)
        }
    }
}
