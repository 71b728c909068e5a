import Merkle

/// That the entry at one index has one key: what the map is made of.
public struct IndexRecord: Hashable, Sendable {
    /// The key that the entry has.
    public let key: IndexKey

    /// The zero-based index of the entry in the log.
    public let index: UInt64

    /// Names a record.
    public init(key: IndexKey, index: UInt64) {
        self.key = key
        self.index = index
    }
}

extension IndexRecord: Comparable {
    /// Orders records by key, then by index, as rows sort.
    public static func < (left: IndexRecord, right: IndexRecord) -> Bool {
        let (one, other) = (left.key.hash.words.0, right.key.hash.words.0)
        // Hashes: the first eight bytes decide nearly always.
        if one != other { return one < other }
        return left.key == right.key ? left.index < right.index : left.key < right.key
    }

    /// Whether `left` stands before `right` in the chain of a bucket: by index, then by key.
    static func isChained(_ left: IndexRecord, _ right: IndexRecord) -> Bool {
        left.index == right.index ? left.key < right.key : left.index < right.index
    }
}
