import Encoding
import IndexMap
import Merkle
import TestSupport
import Testing

/// The examples that other programs are tried with.
@Suite(.serialized) struct IndexVectorTests {
    /// `COLOPHON_WRITE_INDEX=1` writes the file anew, where a change of the format is meant.
    @Test func theExamplesAreThoseThatWeMake() throws {
        let made = try IndexVectors.made()
        if IndexVectors.isWritten { try made.write() }
        let read = try IndexVectors.read()
        #expect(read.names == made.names && read.maps == made.maps)
        #expect(read.proofs == made.proofs && read.snapshots == made.snapshots)
        #expect(read.names.count > 15 && read.maps.count > 15 && read.snapshots.count == 3)
        let verdicts = Dictionary(grouping: read.proofs, by: \.verdict).mapValues(\.count)
        #expect(verdicts["listed"] == 13 && verdicts["unknown"] == 1)
        #expect(verdicts["false"] ?? 0 > 20)
    }

    /// The roots of the file are those of the definition, and not only ours.
    @Test func theRootsOfTheExamplesFollowFromTheDefinition() throws {
        for map in try IndexVectors.read().maps {
            var records: [IndexRecord] = []
            if let entries = map.entries { records = try TestEntries.records(0..<entries) }
            for (key, indexes) in map.records ?? [:] {
                let hash = try #require(Hex.decode(key).flatMap { Hash($0) })
                records += indexes.map { IndexRecord(key: IndexKey(hash), index: $0) }
            }
            #expect(NaiveMap.node(records).description == map.root, "\(map.name)")
        }
    }
}
