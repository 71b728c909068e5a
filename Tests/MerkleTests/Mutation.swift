import Merkle

/// Everything that can be done to a path without touching anything else.
enum Mutation {
    /// Paths of the same length: each bit of each hash flipped, each two different hashes swapped.
    static func alterations(of path: [Hash]) -> [[Hash]] {
        var altered: [[Hash]] = []
        for place in path.indices {
            for flipped in bitFlips(of: path[place]) {
                var copy = path
                copy[place] = flipped
                altered.append(copy)
            }
            for other in path.indices where other > place && path[other] != path[place] {
                var copy = path
                copy.swapAt(place, other)
                altered.append(copy)
            }
        }
        return altered
    }

    /// Paths of another length: each hash left out or doubled, more before and after, nothing.
    static func wrongLengths(of path: [Hash]) -> [[Hash]] {
        var altered: [[Hash]] = [[.zero] + path, path + [.zero], path + [.emptyTree, .zero]]
        for place in path.indices {
            var shorter = path
            shorter.remove(at: place)
            var longer = path
            longer.insert(path[place], at: place)
            altered += [shorter, longer]
        }
        if !path.isEmpty { altered.append([]) }
        return altered
    }

    static func bitFlips(of hash: Hash) -> [Hash] {
        (0..<(8 * Hash.byteCount)).compactMap { bit in
            var bytes = hash.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            return Hash(bytes)
        }
    }
}
