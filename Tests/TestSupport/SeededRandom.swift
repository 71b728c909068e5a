import Foundation

/// A random source whose seed is printed: `COLOPHON_SEED` repeats a run.
package struct SeededRandom: RandomNumberGenerator, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    /// Begins with a seed that the test itself names.
    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Begins with the seed of `COLOPHON_SEED`, or one that nobody chose, and prints it.
    package init(for test: String) {
        let given = ProcessInfo.processInfo.environment["COLOPHON_SEED"].flatMap { UInt64($0) }
        seed = given ?? .random(in: 0 ... .max)
        state = seed
        print("\(test): COLOPHON_SEED=\(seed)")
    }

    package var description: String { "COLOPHON_SEED=\(seed)" }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from 0 up to `bound`, exclusive.
    package mutating func number(below bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &self)
    }

    /// Whether something with this chance in a hundred happens.
    package mutating func happens(_ percent: Int) -> Bool {
        number(below: 100) < percent
    }

    /// Returns `count` random bytes, which no compression makes smaller.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Returns up to `limit` random bytes.
    package mutating func bytes(upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            UInt8.random(in: .min ... .max, using: &self)
        }
    }
}
