import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger
import TestSupport

/// Rows that were changed behind the ledger's back, with checksums that are right.
@Suite(.serialized) struct CheckingTests {
    private typealias Family = StoreLayout.Family

    private let bench: StoreWorkbench
    private let seed = UInt64.random(in: .min ... .max)

    init() async throws {
        bench = try await StoreWorkbench()
    }

    /// Flips one bit.
    private func flipped(_ bytes: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        let bit = Int.random(in: 0..<(bytes.count * 8), using: &generator)
        bytes[bit / 8] ^= 1 << (bit % 8)
        return bytes
    }

    /// Changes rows, expects a finding about one of `keys`, and puts everything back.
    private func expectFinding(
        _ rows: [[UInt8]: [UInt8]?], in family: StoreLayout.Family, about keys: [[UInt8]],
        _ what: String
    ) throws {
        let before = try bench.rows(of: family).reduce(into: [[UInt8]: [UInt8]]()) {
            $0[$1.key] = $1.value
        }
        try bench.write(rows, in: family)
        let report = try bench.check()
        let names = keys.map { StoreWorkbench.name($0, in: family) }
        let found = report.findings.contains { finding in
            finding.family == family.rawValue && names.contains(finding.key)
        }
        #expect(
            found,
            "\(what) of \(family) \(names) with seed \(seed): \(report.findings.prefix(5))")
        var undo: [[UInt8]: [UInt8]?] = [:]
        for key in rows.keys { undo[key] = .some(before[key]) }
        try bench.write(undo, in: family)
    }

    @Test func aLedgerThatNobodyTouchedIsClean() throws {
        var options = CheckOptions()
        options.signatures = true
        let report = try bench.check(options)
        #expect(report.isClean, "\(report.findings)")
        #expect(report.size == 605)
        let rows = Dictionary(uniqueKeysWithValues: report.families.map { ($0.family, $0.rows) })
        #expect(rows["entries"] == 605)
        #expect(rows["ids"] == 605)
        #expect(rows["nonces"] == 605)
        #expect(rows["manifests"] == 601)
        // An artifact each but for the control statements, `sub` and `iss` of all, and a mark.
        #expect(rows["keys"] == 601 + 2 * 605 + 1)
        #expect(rows["subjects"] == nil && rows["threads"] == nil)
        #expect(rows["control"] == 4)
        #expect(rows["tiles"] == 4)
        #expect(rows["heads"] == 8)
    }

    @Test(arguments: StoreLayout.Family.current.filter { $0 != .anchors && $0 != .meta })
    func aFlippedBitIsFoundAndNamed(family: StoreLayout.Family) throws {
        var generator = SeededRandom(seed: seed)
        let rows = try bench.rows(of: family)
        for _ in 0..<6 {
            let row = try #require(rows.randomElement(using: &generator))
            if !row.value.isEmpty {
                try expectFinding(
                    [row.key: flipped(row.value, &generator)], in: family, about: [row.key],
                    "a flipped bit in the value")
            }
            let other = flipped(row.key, &generator)
            try expectFinding(
                [row.key: nil, other: row.value], in: family, about: [row.key, other],
                "a flipped bit in the key")
        }
        #expect(try bench.check().isClean)
    }

    /// A head but the newest that is missing cannot be told from one that was pruned.
    @Test(arguments: StoreLayout.Family.current.filter { ![.anchors, .heads].contains($0) })
    func aMissingRowIsFoundAndNamed(family: StoreLayout.Family) throws {
        var generator = SeededRandom(seed: seed)
        // These three rows need not be there.
        let optional = ["keys", "erasures", "served"].map { Array($0.utf8) }
        let rows = try bench.rows(of: family).filter { !optional.contains($0.key) }
        for _ in 0..<3 {
            let row = try #require(rows.randomElement(using: &generator))
            try expectFinding([row.key: nil], in: family, about: [row.key], "a missing row")
        }
    }

    @Test func aMissingNewestHeadIsFound() throws {
        let newest = try #require(try bench.rows(of: .heads).last)
        try bench.write([newest.key: nil], in: .heads)
        let report = try bench.check()
        #expect(report.findings.contains { $0.family == "entries" && $0.key == "604" })
        #expect(report.findings.contains { $0.family == "highwater" && $0.rule == .missing })
    }

    @Test(arguments: StoreLayout.Family.current)
    func aRowTooManyIsFoundAndNamed(family: StoreLayout.Family) throws {
        var generator = SeededRandom(seed: seed)
        let row = try bench.rows(of: family).last
        var value = row?.value ?? [1]
        for _ in 0..<3 {
            var key = row?.key ?? [7, 7, 7]
            for place in key.indices { key[place] = .random(in: 0x21...0x7E, using: &generator) }
            if family == .tiles { key[0] = 0 }
            if family == .ids { value = [0, 0, 0, 0, 0, 0, 0, 9] }
            if family == .keys {
                // About an entry that there is, so that only the leaf can say it is wrong.
                key.replaceSubrange((key.count - 8)..., with: [0, 0, 0, 0, 0, 0, 1, 3])
            }
            try expectFinding([key: value], in: family, about: [key], "a row too many")
        }
    }

    @Test func twoRowsThatChangedPlacesAreBothNamed() throws {
        for family in [Family.ids, .nonces] {
            let rows = try bench.rows(of: family)
            let (one, other) = (rows[5], rows[77])
            try expectFinding(
                [one.key: other.value, other.key: one.value], in: family, about: [one.key],
                "an exchange")
            try expectFinding(
                [one.key: other.value, other.key: one.value], in: family, about: [other.key],
                "an exchange")
        }
    }

    /// What a flip damages is told apart: the leaf, not the tile above it, and the reverse.
    @Test func onlyTheDamagedRowIsNamed() throws {
        for (family, place) in [(Family.entries, 17), (.entries, 600), (.tiles, 0), (.tiles, 2)] {
            let row = try bench.rows(of: family)[place]
            var value = row.value
            value[value.count / 2] ^= 4
            try bench.write([row.key: value], in: family)
            // At the right edge a tile changes the root, so the high-water file contradicts it too.
            let findings = try bench.check().findings.filter { $0.family != "highwater" }
            #expect(findings.count == 1, "\(family) \(place): \(findings)")
            #expect(findings.first?.family == family.rawValue)
            #expect(findings.first?.key == StoreWorkbench.name(row.key, in: family))
            try bench.write([row.key: row.value], in: family)
        }
    }

    @Test func metaSaysNothingButWhatIsTrue() throws {
        for (name, value) in [("format", "3"), ("origin", "ledger.example/other")] {
            try expectFinding(
                [Array(name.utf8): Array(value.utf8)], in: .meta, about: [Array(name.utf8)],
                "another value")
        }
        // One entry too few are said to be indexed, or one too many.
        for count in [UInt8(0x5C), 0x5E] {
            let before = try #require(
                try bench.rows(of: .meta).first { $0.key == Array("keys".utf8) })
            try bench.write([before.key: [0, 0, 0, 0, 0, 0, 2, count]], in: .meta)
            #expect(try !bench.check().isClean, "\(count)")
            try bench.write([before.key: before.value], in: .meta)
        }
    }

    @Test func anErasureThatWasNotDoneIsFoundAndSoIsOneThatNobodyAskedFor() throws {
        let rows = try bench.rows(of: .manifests)
        let tombstone = try #require(rows.first { $0.value.first == 1 })
        #expect(Array(tombstone.value.dropFirst()) == bench.erasure.hash.bytes)
        try expectFinding(
            [tombstone.key: rows[3].value], in: .manifests, about: [tombstone.key],
            "another manifest instead of the mark")
        try expectFinding(
            [rows[3].key: tombstone.value], in: .manifests, about: [rows[3].key],
            "a mark that no statement asks for")
    }

    @Test func aFamilyThatNobodyKnowsIsNamed() throws {
        do {
            let store = try Database(
                path: bench.fixture.options.data,
                columnFamilies: StoreLayout.families + [ColumnFamilyOptions(name: "spam")])
            store.close()
        }
        let findings = try bench.check().findings
        #expect(findings.map(\.family) == ["spam"])
    }
}
