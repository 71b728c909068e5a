package import Files
package import OpenTimestamps

/// A file of Bitcoin block headers that a collector named: who trusts it trusts whoever gave it.
package struct NamedHeaders: Sendable {
    /// The last part of its path, as a verdict names it.
    package let name: String

    /// The headers.
    package let headers: BitcoinHeaders

    /// Bytes that are read at once: some thousand lines.
    private static let chunkByteCount = 1 << 20

    /// Takes headers that were read already.
    package init(name: String, _ headers: BitcoinHeaders) {
        self.name = name
        self.headers = headers
    }

    /// Reads the file at `path`; its text is never in memory as a whole.
    package init(_ path: String) throws(NamedHeadersError) {
        var reader = BitcoinHeadersReader()
        var left = BitcoinHeaders.byteLimit
        let file: InputFile
        do throws(FileError) { file = try InputFile(path) } catch { throw .unreadable(error) }
        try file.forEachChunk(size: Self.chunkByteCount, failing: { .unreadable($0) }) {
            piece throws(NamedHeadersError) in
            left -= piece.count
            do throws(BitcoinHeadersError) {
                guard left >= 0 else { throw .tooManyLines(limit: BitcoinHeaders.lineLimit) }
                try reader.read(piece)
            } catch {
                throw .refused(path, error)
            }
            return true
        }
        do throws(BitcoinHeadersError) {
            headers = try reader.finish()
        } catch {
            throw .refused(path, error)
        }
        name = path.split(separator: "/").last.map(String.init) ?? path
    }
}

/// Why a file of block headers was not read.
package enum NamedHeadersError: Error, Hashable {
    /// The system does not give it out.
    case unreadable(FileError)

    /// A line of it is no header, or its headers are no chain; the path, and which line.
    case refused(String, BitcoinHeadersError)
}
