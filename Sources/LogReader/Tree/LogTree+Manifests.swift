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
    ///   - isCovered: whether it must be there, so that it is asked for again where it is not.
    ///   - keepsWrong: whether a file that is not right, each time that it is asked for, is
    ///     returned, and no error.
    ///   - isRight: whether it has what the entries name; where it has not, it is asked for again,
    ///     and let go of before that.
    public func manifestFile(
        ofBundle index: UInt64, limit: Int = LogLimits.manifestsBytes, isFresh: Bool = false,
        isCovered: Bool = false, keepsWrong: Bool = false,
        isRight: (ManifestFile) -> Bool = { _ in true }
    ) async throws(LogError) -> ManifestFile {
        let width = StaticLayout.width(of: index, in: size)
        return try await file(
            limit, of: LogLimits.manifestsBytes, width: width, isCovered: isCovered,
            isFresh: isFresh,
            { .manifests(index, width: $0) }
        ) { file, isLast throws(LogError) in
            guard
                let manifests = ManifestFile(file.bytes, count: width, isExact: file.isExact)
            else {
                throw .malformed(file.place, rule: ManifestHead.rule(width))
            }
            guard isRight(manifests) else {
                guard !isLast || !keepsWrong else {
                    memory.countWrong()
                    return manifests
                }
                throw .refuted(file.place, reason: "has manifests that no entry names")
            }
            return manifests
        }
    }
}
