/// The index head beside the tree.
extension LogTree {
    /// Where the source has its newest index head, for words.
    public var indexHeadPlace: String { source.location(of: layout.file(.indexHead).path) }

    /// Returns what the source has as its newest index head with a receipt; nil where it has none.
    ///
    /// The tree does not prove it: the caller has to.
    public func indexHead() async throws(LogError) -> [UInt8]? {
        try await source.bytes(
            of: layout.file(.indexHead), limit: LogLimits.indexHeadBytes)
    }
}
