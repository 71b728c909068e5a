import Encoding
import TestSupport

extension CBOR {
    /// Returns a random item that the strict rules admit, at most `depth` deep.
    static func random(depth: Int, using random: inout SeededRandom) -> CBOR {
        switch Int.random(in: 0..<(depth > 0 ? 11 : 7), using: &random) {
        case 0: return .unsigned(number(using: &random))
        case 1: return .negative(number(using: &random))
        case 2: return .bytes(random.bytes(upTo: 40))
        case 3: return .text(text(using: &random))
        case 4: return .bool(Bool.random(using: &random))
        case 5: return .null
        case 6: return .bytes(random.bytes(upTo: 700))
        case 7, 8:
            let count = Int.random(in: 0...5, using: &random)
            return .array((0..<count).map { _ in .random(depth: depth - 1, using: &random) })
        case 9: return .tagged(18, .random(depth: depth - 1, using: &random))
        default:
            var members: [CBORLabel: CBOR] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                members[label(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .map(CBORMap(members.map { ($0.key, $0.value) }))
        }
    }

    /// Numbers of every length.
    private static func number(using random: inout SeededRandom) -> UInt64 {
        UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
    }

    private static func text(using random: inout SeededRandom) -> Text {
        let letters = Array("aK\u{212a}\u{fc}\u{10151}\u{0} \"")
        let count = Int.random(in: 0...30, using: &random)
        return Text(String((0..<count).compactMap { _ in letters.randomElement(using: &random) }))
    }

    private static func label(using random: inout SeededRandom) -> CBORLabel {
        guard Bool.random(using: &random) else { return .text(text(using: &random)) }
        let shift = Int64.random(in: 0..<64, using: &random)
        return .int(Int64.random(in: .min ... .max, using: &random) >> shift)
    }
}
