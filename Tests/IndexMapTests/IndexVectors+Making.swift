import Encoding
import IndexMap
import Merkle

extension IndexVectors {
    /// Makes all examples.
    static func made() throws -> IndexVectors {
        var maps = try [0, 1, 21, 22, 30, 65, 100, 400, 2000, 12_000].map { count in
            (
                name: "log \(count)", entries: Optional(count),
                records: try TestEntries.records(0..<count)
            )
        }
        maps += builtMaps.map { ($0.name, nil, $0.records) }
        let named = try maps.map { map in
            let end = map.records.map(\.index).max().map { $0 + 1 } ?? 0
            return (map, try TestMap(map.records, size: map.entries ?? end))
        }
        let listed = named.map { source, map in
            Map(
                name: source.name, size: map.trie.size, entries: source.entries,
                records: source.entries == nil ? byKey(source.records) : nil,
                root: map.trie.root.description)
        }
        let byName = Dictionary(uniqueKeysWithValues: named.map { ($0.0.name, $0.1) })
        return IndexVectors(
            names: try names(), maps: listed, proofs: try proofs(byName),
            snapshots: try ["log 0", "log 65", "two lists"].map { name in
                try snapshot(name, byName)
            })
    }

    /// Maps that show one thing each.
    private static var builtMaps: [(name: String, records: [IndexRecord])] {
        let one = TestEntries.key([0x10], fill: 1)
        let two = TestEntries.key([0x11], fill: 2)
        let twin = TestEntries.key([0x70], fill: 1)
        let bits = Array(repeating: UInt8(0xEE), count: 12)
        let many = (0..<UInt8(65)).map { TestEntries.key([$0 &* 151, $0], fill: 3) }
        func run(_ key: IndexKey, _ indexes: Range<UInt64>) -> [IndexRecord] {
            indexes.map { IndexRecord(key: key, index: $0) }
        }
        func each(_ keys: [IndexKey]) -> [IndexRecord] {
            keys.enumerated().map { IndexRecord(key: $1, index: UInt64($0)) }
        }
        return [
            ("64 keys", each(Array(many.dropLast()))), ("65 keys", each(many)),
            ("64 of one key", run(one, 0..<64)), ("65 of one key", run(one, 0..<65)),
            ("a list beside a bucket", run(one, 0..<65) + run(two, 7..<10)),
            ("two lists", run(one, 0..<65) + run(two, 0..<600)),
            ("two keys of one entry", run(one, 3..<4) + run(two, 3..<4)),
            ("one tag", run(one, 0..<3) + run(twin, 2..<5)),
            (
                "empty nodes to depth 100",
                run(TestEntries.key(bits + [0xE0]), 0..<40)
                    + run(TestEntries.key(bits + [0xE8]), 0..<40)
            ),
            (
                "parted at the last bit",
                run(TestEntries.key([], fill: 9), 0..<65)
                    + run(TestEntries.key(Array(repeating: 9, count: 31) + [8]), 0..<65)
            ),
        ]
    }

    private static func byKey(_ records: [IndexRecord]) -> [String: [UInt64]] {
        Dictionary(grouping: records, by: \.key.hash.description).mapValues {
            $0.map(\.index).sorted()
        }
    }

    private static func names() throws -> [Name] {
        let drop = "https://s.example/d"
        let long = String(repeating: "a", count: 256)
        let values: [(UInt64, [UInt8])] = [
            (0, Array(repeating: 0, count: 32)), (0, Hash.sha256([]).bytes),
            (1, Array("urn:x:0".utf8)),
            (2, Array("https://pops.example/0".utf8)), (3, Array("\(drop)#7".utf8)),
            (3, Array("\(drop)#0".utf8)), (3, Array("\(drop)#10000000".utf8)),
            (1, Array(long.utf8.dropLast())),
            (0, []), (0, Array(repeating: 0, count: 31)), (1, []), (2, [0x20]),
            (1, Array(long.utf8)),
            (3, Array(drop.utf8)), (3, Array("\(drop)#".utf8)), (3, Array("\(drop)#07".utf8)),
            (3, Array("\(drop)#10000001".utf8)), (3, Array("#7".utf8)), (4, Array("urn:x:0".utf8)),
        ]
        return values.map { kind, value in
            let key = try? IndexName(kind: kind, value: value).key
            return Name(kind: kind, value: Hex.encode(value), key: key?.hash.description)
        }
    }

    private static func snapshot(_ name: String, _ maps: [String: TestMap]) throws -> Snapshot {
        let head = Hash.sha256(Array(name.utf8))
        var writer = IndexSnapshotWriter(of: maps[name]?.trie ?? IndexTrie(), head: head)
        var bytes: [UInt8] = []
        while let part = writer.next() { bytes += part }
        return Snapshot(map: name, head: head.description, bytes: Hex.encode(bytes))
    }
}
