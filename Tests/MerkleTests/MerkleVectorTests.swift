import Foundation
import Merkle
import TestSupport
import Testing

/// The probes of transparency-dev/merkle, valid and altered, and published roots.
@Suite(.enabled(if: try Vectors.arePresent, "the published vectors are not beside the package"))
struct MerkleVectorTests {
    /// So many files there are of each kind; fewer would mean that some were not read.
    private static let probeCount = 98

    @Test func everyInclusionProbeGetsItsVerdict() throws {
        let probes = try Vectors.all(InclusionProbe.self, below: "merkle/inclusion")
        #expect(probes.count == Self.probeCount)
        for (name, probe) in probes {
            #expect(probe.holds() == !probe.wantErr, "\(name): \(probe.desc)")
        }
    }

    @Test func everyConsistencyProbeGetsItsVerdict() throws {
        let probes = try Vectors.all(ConsistencyProbe.self, below: "merkle/consistency")
        #expect(probes.count == Self.probeCount)
        for (name, probe) in probes {
            #expect(probe.holds() == !probe.wantErr, "\(name): \(probe.desc)")
        }
    }

    @Test func thePublishedRootsAreReached() throws {
        let published = try Vectors.one(Published.self, at: "notes/notes-and-trees.json")
        let tree = published.rfc6962_reference_tree
        #expect(tree.leaf_inputs_hex.count == 8)
        var range = CompactRange()
        var roots = [range.root.description]
        for input in tree.leaf_inputs_hex {
            range.append(.leaf(try #require(bytes(hex: input))))
            roots.append(range.root.description)
        }
        #expect(roots == tree.roots_by_size_hex)
    }

    @Test func thePublishedLeafAndEmptyTreeAreReached() throws {
        let published = try Vectors.one(Published.self, at: "notes/notes-and-trees.json")
        let record = published.go_x_mod_tlog.record_hash
        let leaf = Hash.leaf(Array(record.entry_utf8.utf8))
        #expect(Data(leaf.bytes).base64EncodedString() == record.leaf_hash_b64)
        #expect(Hash.emptyTree.description == published.go_x_mod_tlog.empty_tree_hash_hex)
    }

    @Test func thePublishedTileWidthsAreReached() throws {
        let published = try Vectors.one(Published.self, at: "notes/notes-and-trees.json")
        let widths = published.tlog_tiles_path_examples
        for (size, example) in [(70_000, widths.size_70000), (256, widths.size_256)] {
            let full = [example.full_level0, example.full_level1 ?? 0, 0]
            let partial = [
                example.partial_level0_width ?? 0, example.partial_level1_width,
                example.partial_level2_width ?? 0,
            ]
            for level in 0..<3 {
                let next = TileID(level: UInt8(level), index: UInt64(full[level]))
                #expect(next.width(in: UInt64(size)) == partial[level])
                guard full[level] > 0 else { continue }
                let last = TileID(level: UInt8(level), index: UInt64(full[level] - 1))
                #expect(last.width(in: UInt64(size)) == TileID.width)
            }
        }
    }

    private func bytes(hex: String) -> [UInt8]? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
