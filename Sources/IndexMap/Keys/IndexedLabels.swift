public import Encoding
public import Merkle

/// What the index reads of a leaf: labels, whatever the type of its statement (index.md §1).
///
/// An index head itself gives nothing; the caller does not ask about one.
public struct IndexedLabels: Hashable, Sendable {
    /// Most digests of one leaf: what a collection can name.
    public static let maximumDigests = 230

    /// Most keys of one leaf: digests, copies, `sub` and `iss`.
    public static let maximumKeys = maximumDigests + Int(TitleCopies.maximumCount) + 2

    /// The subjects, label -65537, in their order.
    public let digests: [Hash]

    /// CWT claim 2.
    public let sub: Text?

    /// CWT claim 1.
    public let iss: Text?

    /// The copies that the title label names.
    public let titles: TitleCopies?

    /// Takes the labels of a leaf that has been read.
    public init(digests: [Hash], sub: Text?, iss: Text?, titles: TitleCopies? = nil) {
        self.digests = digests
        self.sub = sub
        self.iss = iss
        self.titles = titles
    }

    /// Returns the keys of the leaf, each once: its digests, `sub`, `iss`, then its copies (MapFn
    /// v1).
    ///
    /// Throws where a label is not as a leaf of ours has it; such a leaf has no keys at all.
    public func keys() throws(IndexNameError) -> [IndexKey] {
        guard digests.count <= Self.maximumDigests else { throw .tooManyDigests(digests.count) }
        guard digests.count < 2 || Set(digests).count == digests.count else { throw .digestTwice }
        var keys: [IndexKey] = []
        keys.reserveCapacity(digests.count + 2)
        for digest in digests { keys.append(IndexName.artifact(digest).key) }
        if let sub { keys.append(try IndexName.sub(sub).key) }
        if let iss { keys.append(try IndexName.iss(iss).key) }
        guard let titles else { return keys }
        for serial in titles.serials {
            keys.append(try IndexName.title(drop: titles.drop, serial: serial).key)
        }
        return keys
    }
}
