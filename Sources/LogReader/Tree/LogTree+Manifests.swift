import Encoding
import Merkle

extension LogTree {
    /// Returns the manifests beside one bundle; nil where there is none (any more).
    ///
    /// The log does not prove them: each entry names the digest of its own.
    ///
    /// - Parameter limit: bytes that the file may have; for a caller that reads several at once.
    public func manifests(
        ofBundle index: UInt64, limit: Int = LogLimits.manifestsBytes
    ) async throws(LogError) -> [[UInt8]?] {
        let width = StaticLayout.width(of: index, in: size)
        return try await file(
            limit, of: LogLimits.manifestsBytes, width: width, isCovered: false,
            { StaticLayout.manifests(index, width: $0) }
        ) { file throws(LogError) in
            try Self.manifests(in: file, width)
        }
    }

    private static func manifests(
        in file: LogFile, _ width: Int
    ) throws(LogError) -> [[UInt8]?] {
        var manifests: [[UInt8]?] = []
        var rest = file.bytes[...]
        while manifests.count < width {
            guard let item = ManifestItem(takenFrom: &rest) else {
                throw .malformed(
                    path: file.path, rule: "must hold \(width) byte strings or nulls")
            }
            manifests.append(item.bytes)
        }
        guard rest.isEmpty || !file.isExact else {
            throw .malformed(path: file.path, rule: "must end after \(width) items")
        }
        return manifests
    }
}

/// One item of a file of manifests.
private struct ManifestItem {
    let bytes: [UInt8]?

    /// Takes a byte string or a null off the front; nil where there is neither.
    init?(takenFrom rest: inout ArraySlice<UInt8>) {
        if rest.first == 0xF6 {
            rest = rest.dropFirst()
            bytes = nil
            return
        }
        var reader = CBORSequenceReader(itemLimit: LogLimits.manifestsBytes)
        let head = rest.prefix(9)
        guard let length = Self.length(head), rest.count >= length else { return nil }
        reader.append(rest.prefix(length))
        guard let item = try? reader.next(), case .bytes(let bytes) = item else { return nil }
        self.bytes = bytes
        rest = rest.dropFirst(length)
    }

    /// Length of the byte string that begins with `head`, its head included.
    private static func length(_ head: ArraySlice<UInt8>) -> Int? {
        guard let first = head.first, first >> 5 == 2 else { return nil }
        let information = Int(first & 0x1F)
        guard information >= 24 else { return 1 + information }
        guard information <= 26 else { return nil }
        let count = 1 << (information - 24)
        guard head.count > count else { return nil }
        return 1 + count + head.dropFirst().prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
}
