/// Sums of the digests of one family's rows, in parts, so that a difference says where to look.
struct RowSums {
    /// Parts of a family; a row belongs to the part that its digest's lowest byte names.
    static let partCount = 256

    private var low = [UInt64](repeating: 0, count: partCount)
    private var high = [UInt64](repeating: 0, count: partCount)

    /// Returns the part that a row belongs to.
    static func part(of digest: RowDigest) -> Int {
        Int(truncatingIfNeeded: digest.low % UInt64(partCount))
    }

    mutating func add(_ digest: RowDigest) {
        let part = Self.part(of: digest)
        low[part] &+= digest.low
        high[part] &+= digest.high
    }

    mutating func add(_ other: RowSums) {
        for part in 0..<Self.partCount {
            low[part] &+= other.low[part]
            high[part] &+= other.high[part]
        }
    }

    /// The parts whose rows differ from those of `other`.
    func parts(unlike other: RowSums) -> [Int] {
        (0..<Self.partCount).filter { low[$0] != other.low[$0] || high[$0] != other.high[$0] }
    }
}
