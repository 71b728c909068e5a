import Encoding
import Testing
import TestSupport

@Suite struct CBORPropertyTests {
    private static let seed = UInt64.random(in: 0 ... .max)

    @Test func everyItemComesBackFromItsEncoding() throws {
        var random = SeededRandom(seed: Self.seed)
        for _ in 0..<3000 {
            let item = CBOR.random(depth: 8, using: &random)
            let encoded = item.encoded()
            #expect(try CBOR.decode(encoded) == item, "seed \(Self.seed)")
            #expect(try CBOR.decode(encoded, rules: .lenient) == item, "seed \(Self.seed)")
        }
    }

    /// There is one encoding of each value: whatever is accepted is what we would have written.
    @Test func whateverIsAcceptedEncodesToItself() {
        var random = SeededRandom(seed: Self.seed)
        var accepted = 0
        for _ in 0..<60_000 {
            var encoded = CBOR.random(depth: 3, using: &random).encoded()
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutate(&encoded, using: &random)
            }
            guard let item = try? CBOR.decode(encoded) else { continue }
            accepted += 1
            #expect(item.encoded() == encoded, "seed \(Self.seed): \(encoded)")
        }
        #expect(accepted > 1000)
    }

    @Test func noiseIsRefusedOrEncodesToItself() {
        var random = SeededRandom(seed: Self.seed)
        for _ in 0..<100_000 {
            let noise = random.bytes(upTo: 24)
            guard let item = try? CBOR.decode(noise) else { continue }
            #expect(item.encoded() == noise, "seed \(Self.seed): \(noise)")
        }
    }

    @Test func everyChangeOfOneByteIsRefusedOrChangesTheValue() throws {
        let item: CBOR = .tagged(
            18,
            .array([
                .bytes([0xa1, 1, 0x27]),
                .map([
                    1: .int(-8), 4: .bytes([7, 8]), -65537: .array([.bytes([1]), .int(70_000)]),
                    "text": .text("a\u{fc}"), "when": .int(1_700_000_000),
                ]),
                .null, .bool(true), .unsigned(.max), .text(""),
            ]))
        let encoded = item.encoded()
        for index in encoded.indices {
            for change in UInt8(1)...255 {
                var changed = encoded
                changed[index] ^= change
                let other = try? CBOR.decode(changed)
                #expect(other != item, "byte \(index) ^ \(change)")
                #expect(other.map { $0.encoded() == changed } ?? true)
            }
        }
    }

    @Test func everyPrefixIsTruncated() {
        let encoded = CBOR.array([
            .map([1: .text("abc"), 300: .bytes([1, 2])]), .unsigned(.max), .tagged(18, .null),
        ]).encoded()
        for count in encoded.indices {
            do {
                _ = try CBOR.decode(Array(encoded[..<count]))
                Issue.record("\(count) bytes were accepted")
            } catch {
                #expect(error.rule == .truncated)
            }
        }
    }

    @Test func equalItemsHashAlikeAndOthersDiffer() {
        var random = SeededRandom(seed: Self.seed)
        var seen: [CBOR: [UInt8]] = [:]
        for _ in 0..<2000 {
            let item = CBOR.random(depth: 2, using: &random)
            let encoded = item.encoded()
            #expect(seen[item, default: encoded] == encoded)
            seen[item] = encoded
        }
        #expect(Set(seen.values).count == seen.count)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        guard let index = bytes.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: index)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
        }
    }
}
