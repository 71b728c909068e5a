import Foundation
import IndexMap
import Merkle
import TestSupport
import Testing

/// What the map costs at a million records, in memory and in work (performance.md).
@Suite struct IndexCostTests {
    /// A million artifacts, threads and issuers: a quarter of the threads and 1,050 issuers repeat.
    private static func records(_ entries: Range<UInt64>) -> [IndexRecord] {
        entries.flatMap { index in
            let thread = index % 4 == 0 ? index / 2 : index
            return [index, 1 << 32 + thread, 1 << 33 + index % 1050].map { number in
                IndexRecord(key: IndexName.artifact(.sha256(bytes(number))).key, index: index)
            }
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Time that this thread has computed, in seconds: others do not count.
    private static func computed() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The bars follow from the design: 500 MB for 234 million records in buckets, and few reads.
    ///
    /// A list stands alone, which takes some six branches more around each. Times are printed and
    /// held to nothing here, for the machine may be busy.
    @Test func aMillionRecordsTakeLittleMemoryAndFewReads() throws {
        let (entries, epoch): (UInt64, UInt64) = (333_334, 43_690)
        var map = try TestMap()
        var seconds = 0.0
        var changed = 0
        while map.trie.size < entries {
            let end = min(entries, map.trie.size + epoch)
            let records = Self.records(map.trie.size..<end).sorted()
            map.rows.ingest(records)
            let start = Self.computed()
            let change = try map.trie.change(adding: records, to: end, reading: map.rows)
            map.trie.apply(change)
            seconds += Self.computed() - start
            changed += change.changedNodes
            map.rows.keep(change.lists, change.tiles)
        }
        let count = Double(map.rows.records.count)
        let listed = map.rows.lists.values.reduce(0) { $0 + Double($1.count) }
        let bytes = Double(map.trie.nodeCount * IndexTrie.bytesPerNode)
        let reads = Double(map.rows.reads.count)
        print(
            String(
                format: "index: %.0f records in epochs of %llu entries: %.2f us of CPU, %.2f nodes "
                    + "and %.3f reads a record; %.2f bytes of memory a record in a bucket",
                count, epoch, seconds * 1e6 / count, Double(changed) / count, reads / count,
                bytes / (count - listed)))
        #expect(count > 1_000_000)
        let lists = Double(map.rows.lists.count)
        #expect(bytes <= (count - listed) * 500e6 / 234e6 + lists * 14 * 37)
        #expect(reads / count <= 0.1)
        #expect(map.trie.byteCount <= Int(bytes) + 2 << 20)
    }

    /// A snapshot is read at a start, so it must be small.
    @Test func aSnapshotIsAboutHalfOfTheMemory() throws {
        let records = Self.records(0..<80_000).sorted()
        let map = try TestMap(records, size: 80_000)
        var writer = IndexSnapshotWriter(of: map.trie, head: .zero)
        var parts: [[UInt8]] = []
        var start = Self.computed()
        while let part = writer.next() { parts.append(part) }
        let written = Self.computed() - start
        let count = parts.reduce(0) { $0 + $1.count }
        var reader = IndexSnapshotReader(maximumNodes: map.trie.nodeCount)
        start = Self.computed()
        for part in parts { try reader.append(part) }
        let digest = try #require(writer.digest)
        let root = try reader.finish(digests: [digest]).trie.root
        let read = Self.computed() - start
        print(
            String(
                format: "index: snapshot of %lld nodes: %.1f bytes a node, written in %.3f us and "
                    + "read in %.3f us a node",
                map.trie.nodeCount, Double(count) / Double(map.trie.nodeCount),
                written * 1e6 / Double(map.trie.nodeCount),
                read * 1e6 / Double(map.trie.nodeCount)))
        #expect(root == map.trie.root)
        #expect(count <= map.trie.nodeCount * 20)
    }
}
