import Encoding
import Testing

/// What other people's unprotected maps may do.
@Suite struct CBORLenientTests {
    @Test(arguments: [
        ("1817", CBOR.int(23)), ("1b0000000000000001", .int(1)), ("580161", .bytes([0x61])),
        ("5f42010243030405ff", .bytes([1, 2, 3, 4, 5])), ("5fff", .bytes([])),
        ("7f657374726561646d696e67ff", .text("streaming")),
        ("9f018202039f04ffff", .array([.int(1), .array([.int(2), .int(3)]), .array([.int(4)])])),
        ("bf61610161629f0203ffff", .map(["a": .int(1), "b": .array([.int(2), .int(3)])])),
        ("a203000100", .map([1: .int(0), 3: .int(0)])), ("bfff", .map([:])),
        ("c11a514b67b0", .tagged(1, .int(1_363_896_240))),
        ("f97e00", .opaque([0xf9, 0x7e, 0x00])), ("f7", .opaque([0xf7])),
        ("f8ff", .opaque([0xf8, 0xff])),
        ("fb3ff199999999999a", .opaque(bytes("fb3ff199999999999a"))),
    ])
    func wellFormedEncodingsAreRead(hex: String, item: CBOR) throws {
        #expect(try CBOR.decode(bytes(hex), rules: .lenient) == item)
    }

    @Test(arguments: [
        ("a201000100", CBORError.Rule.duplicateKey, 3), ("bf01000100ff", .duplicateKey, 3),
        ("a2010018010000", .duplicateKey, 3), ("9f00", .truncated, 2), ("bf00", .truncated, 2),
        ("bf00ff", .notWellFormed, 2), ("5f6161ff", .notWellFormed, 1),
        ("5f5f4100ffff", .indefiniteLength, 1),
        ("7f62c3bc61c3ff", .invalidUTF8, 4), ("1c", .notWellFormed, 0), ("ff", .notWellFormed, 0),
        ("f818", .notWellFormed, 0), ("0000", .trailingBytes, 1), ("a14000", .badKey, 1),
        ("9bffffffffffffffff", .truncated, 9), ("", .truncated, 0),
    ])
    func whatIsNotWellFormedIsRefused(hex: String, rule: CBORError.Rule, offset: Int) {
        #expect(throws: CBORError(rule, at: offset)) {
            try CBOR.decode(bytes(hex), rules: .lenient)
        }
    }

    @Test(arguments: ["81", "9f", "a100", "bf00", "c0"])
    func sixteenLevelsAreTheLimit(level: String) {
        let nested = bytes(String(repeating: level, count: 100_000))
        #expect(throws: CBORError(.tooDeep, at: 16 * level.count / 2)) {
            try CBOR.decode(nested, rules: .lenient)
        }
    }
}
