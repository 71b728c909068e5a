internal import Merkle

/// The keys that begin with the same bits: the place of one node of the map.
public struct IndexPrefix: Hashable, Sendable {
    /// The number of bits, 0 to 256: the depth of the node.
    public let depth: Int

    /// The lowest key that begins so: the bits, then zeros.
    public let first: IndexKey

    /// The highest key that begins so: the bits, then ones.
    public let last: IndexKey

    /// Takes the first `depth` bits of a key.
    public init(of key: IndexKey, depth: Int) {
        precondition((0...IndexKey.bitCount).contains(depth), "a key has 256 bits")
        self.depth = depth
        let words = key.hash.words
        let all = [words.0, words.1, words.2, words.3]
        var low: [UInt8] = []
        var high: [UInt8] = []
        for place in 0..<4 {
            let kept = min(max(depth - 64 * place, 0), 64)
            // The bits behind those that are kept; a shift by 64 gives none.
            let rest = UInt64.max >> UInt64(kept)
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                low.append(UInt8(truncatingIfNeeded: (all[place] & ~rest) >> shift))
                high.append(UInt8(truncatingIfNeeded: (all[place] | rest) >> shift))
            }
        }
        first = IndexKey(Hash(low) ?? .zero)
        last = IndexKey(Hash(high) ?? .zero)
    }

    /// Returns whether `key` begins with these bits.
    public func contains(_ key: IndexKey) -> Bool {
        first.commonBits(with: key) >= depth
    }
}

extension IndexPrefix: CustomStringConvertible {
    /// The depth and the lowest key.
    public var description: String { "\(first.hash)/\(depth)" }
}
