import Encoding
import IndexMap
import Merkle
import TestSupport

/// Keys and records that tests make up.
enum TestEntries {
    /// A key whose first bytes are given, and whose others are `fill`.
    static func key(_ first: [UInt8], fill: UInt8 = 0) -> IndexKey {
        let bytes = first + Array(repeating: fill, count: 32 - first.count)
        return IndexKey(Hash(bytes) ?? .zero)
    }

    /// The keys of entry `index` of the log that `Schemas/index` speaks of.
    static func keys(of index: UInt64) throws -> [IndexKey] {
        try IndexedLabels(
            digests: [.sha256(Array("\(index)".utf8))], sub: Text("urn:x:\(index - index % 4)"),
            iss: Text("https://pops.example/\(index % 7)")
        ).keys()
    }

    /// The records of some entries of that log.
    static func records(_ indexes: Range<UInt64>) throws -> [IndexRecord] {
        try indexes.flatMap { index in
            try keys(of: index).map { IndexRecord(key: $0, index: index) }
        }
    }

    /// Random records of some entries: some keys are hot, some share almost all bits, some only
    /// the tag.
    static func random(
        _ indexes: Range<UInt64>, _ random: inout SeededRandom
    ) -> [IndexRecord] {
        indexes.flatMap { index in
            var keys: Set<IndexKey> = [key(random.bytes(32))]
            keys.insert(key([0xAA, UInt8(random.number(below: 5))], fill: 7))
            if random.happens(30) {
                // Neighbours: they part in the last bits alone.
                let last = UInt8(random.number(below: 4))
                keys.insert(key(Array(repeating: 0x5A, count: 31) + [last]))
            }
            if random.happens(30) {
                // They part early, and have one tag.
                keys.insert(key(random.bytes(2) + Array(repeating: 1, count: 30)))
            }
            if random.happens(20) {
                let depth = random.number(below: 32)
                keys.insert(key(Array(repeating: 0xC3, count: depth) + random.bytes(1)))
            }
            return keys.map { IndexRecord(key: $0, index: index) }
        }
    }
}
