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
    ///   - isCovered: whether it must be there, so that it is asked for again where it is not.
    ///   - isFresh: whether caches on the way are not to answer.
    ///   - isRight: whether it has what the entries name; where it has not, it is asked for again.
    public func manifestFile(
        ofBundle index: UInt64, limit: Int = LogLimits.manifestsBytes, isCovered: Bool = false,
        isFresh: Bool = false, isRight: (ManifestFile) -> Bool = { _ in true }
    ) async throws(LogError) -> ManifestFile {
        let width = StaticLayout.width(of: index, in: size)
        return try await file(
            limit, of: LogLimits.manifestsBytes, width: width, isCovered: isCovered,
            isFresh: isFresh,
            { StaticLayout.manifests(index, width: $0) }
        ) { file throws(LogError) in
            guard
                let manifests = ManifestFile(file.bytes, count: width, isExact: file.isExact)
            else {
                throw .malformed(
                    path: file.path, rule: "must hold \(width) byte strings or nulls")
            }
            guard isRight(manifests) else {
                throw .refuted(path: file.path, reason: "has manifests that no entry names")
            }
            return manifests
        }
    }
}
