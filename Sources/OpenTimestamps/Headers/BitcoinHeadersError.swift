/// Why a file of headers was not taken; each names the line, the first is 1.
package enum BitcoinHeadersError: Error, Hashable, Sendable {
    /// It is not `HEIGHT HEADER`: a number, a space, 160 hexadecimal digits.
    case malformed(line: Int)

    /// The file has more lines than a chain has blocks.
    case tooManyLines(limit: Int)

    /// Another line has another header of the same height.
    case contradiction(line: Int, height: UInt64)

    /// The header is not the one that comes after that of the height below, which is there too.
    case unlinked(line: Int, height: UInt64)

    /// The header lacks the work that it asks for: it is damaged, or no header.
    case noWork(line: Int, height: UInt64)
}

extension BitcoinHeadersError: CustomStringConvertible {
    /// What is wrong with it, in words that end a sentence about the file.
    package var description: String {
        switch self {
        case .malformed(let line):
            "line \(line) is not a height, a space and a header of 160 hexadecimal digits"
        case .tooManyLines(let limit): "it has more than \(limit) lines"
        case .contradiction(let line, let height):
            "line \(line) has another header of block \(height) than a line before"
        case .unlinked(let line, let height):
            "line \(line): block \(height) does not follow from block \(height - 1) of the file"
        case .noWork(let line, let height):
            "line \(line): the header of block \(height) lacks the work that it asks for"
        }
    }
}
