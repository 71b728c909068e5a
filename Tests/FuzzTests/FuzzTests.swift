import Foundation
import Testing

/// What the fuzzers found worth keeping, replayed: seconds instead of the minutes of `Tools/fuzz`.
@Suite struct FuzzTests {
    @Test(arguments: FuzzTarget.allCases)
    func everyKeptInputKeepsTheProperty(target: FuzzTarget) throws {
        for input in try FuzzCorpus.inputs(of: target) {
            #expect(throws: Never.self, "\(Data(input).base64EncodedString())") {
                try target.accepts(input)
            }
        }
    }

    /// A property of nothing but refusals would prove nothing.
    @Test(arguments: FuzzTarget.allCases)
    func everyTargetAcceptsASeedAndRefusesAKeptInput(target: FuzzTarget) throws {
        let seeds = target.seeds()
        #expect(try seeds.contains { try target.accepts($0) })
        #expect(try FuzzCorpus.inputs(of: target).contains { try !target.accepts($0) })
    }

    /// Each seed with a byte changed, left out or doubled: what a fuzzer tries first.
    @Test(arguments: FuzzTarget.allCases)
    func changedSeedsKeepTheProperty(target: FuzzTarget) throws {
        for seed in target.seeds().filter({ $0.count <= target.maximumByteCount }).prefix(8) {
            for position in stride(from: 0, to: seed.count, by: max(1, seed.count / 40)) {
                var flipped = seed
                flipped[position] ^= 1 << UInt8(position % 8)
                var shorter = seed
                shorter.remove(at: position)
                var longer = seed
                longer.insert(seed[position], at: position)
                for input in [flipped, shorter, longer, Array(seed[..<position])] {
                    #expect(throws: Never.self, "\(Data(input).base64EncodedString())") {
                        try target.accepts(input)
                    }
                }
            }
        }
    }

    @Test func aBrokenPropertyIsNoticed() {
        #expect(throws: BrokenProperty.self) { try hold(1 > 2, "one is more than two") }
        #expect(throws: BrokenProperty.self) { try FuzzTarget.isPlain("a\u{202E}b", "a title") }
    }

    @Test func theKeptInputsAreSmallAndBelongToTargets() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: FuzzCorpus.folder.path())
        #expect(Set(names) == Set(FuzzTarget.allCases.map { $0.rawValue + ".txt" }))
        let byteCount = try FuzzTarget.allCases.reduce(0) { sum, target in
            try sum + FuzzCorpus.inputs(of: target).reduce(0) { $0 + $1.count }
        }
        #expect(byteCount < 400 * 1024)
    }
}
