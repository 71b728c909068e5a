import Merkle

extension LogTree {
    /// Returns the manifests beside one bundle; nil where there is none (any more).
    ///
    /// The log does not prove them: each entry names the digest of its own.
    public func manifests(ofBundle index: UInt64) async throws(LogError) -> [[UInt8]?] {
        let file = try await manifestFile(ofBundle: index)
        return (0..<file.count).map { place in file[place].map { Array($0) } }
    }

    /// Returns the same in the memory of their file.
    ///
    /// - Parameters:
    ///   - limit: bytes that the file may have; for a caller that reads several at once.
    ///   - isFresh: whether caches on the way are not to answer.
    public func manifestFile(
        ofBundle index: UInt64, limit: Int = LogLimits.manifestsBytes, isFresh: Bool = false
    ) async throws(LogError) -> ManifestFile {
        let width = StaticLayout.width(of: index, in: size)
        return try await file(
            limit, of: LogLimits.manifestsBytes, width: width, isCovered: false,
            isFresh: isFresh,
            { StaticLayout.manifests(index, width: $0) }
        ) { file throws(LogError) in
            guard
                let manifests = ManifestFile(file.bytes, count: width, isExact: file.isExact)
            else {
                throw .malformed(
                    path: file.path, rule: "must hold \(width) byte strings or nulls")
            }
            return manifests
        }
    }
}
