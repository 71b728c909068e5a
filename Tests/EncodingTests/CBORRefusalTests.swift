import Encoding
import Testing

/// Each rule of the strict decoder, with the position that its error names.
@Suite struct CBORRefusalTests {
    private static let refusals: [(String, CBORError.Rule, Int)] = [
        ("", .truncated, 0), ("18", .truncated, 1), ("1901", .truncated, 2),
        ("1a000f42", .truncated, 4), ("1bffffffffffffff", .truncated, 8),
        ("44010203", .truncated, 4), ("61", .truncated, 1), ("8201", .truncated, 2),
        ("a101", .truncated, 2), ("a2010203", .truncated, 4), ("d2", .truncated, 1),
        // A length that nothing could hold is refused before anything is reserved for it.
        ("5bffffffffffffffff", .truncated, 9), ("9bffffffffffffffff", .truncated, 9),
        ("bb7fffffffffffffff", .truncated, 9), ("9a7fffffff", .truncated, 5),
        ("0000", .trailingBytes, 1), ("f6ff", .trailingBytes, 1), ("4100f6", .trailingBytes, 2),
        ("1817", .notShortest, 0), ("1800", .notShortest, 0), ("1900ff", .notShortest, 0),
        ("1a0000ffff", .notShortest, 0), ("1b00000000ffffffff", .notShortest, 0),
        ("3817", .notShortest, 0), ("3900ff", .notShortest, 0), ("580161", .notShortest, 0),
        ("780161", .notShortest, 0), ("9800", .notShortest, 0), ("b800", .notShortest, 0),
        ("d81200", .notShortest, 0), ("8200580100", .notShortest, 2),
        ("5f4100ff", .indefiniteLength, 0), ("7f6161ff", .indefiniteLength, 0),
        ("9f00ff", .indefiniteLength, 0), ("bf0000ff", .indefiniteLength, 0),
        ("a1019fff", .indefiniteLength, 2),
        ("1c", .notWellFormed, 0), ("3d", .notWellFormed, 0), ("5e", .notWellFormed, 0),
        ("7c", .notWellFormed, 0), ("9d", .notWellFormed, 0), ("be", .notWellFormed, 0),
        ("dc00", .notWellFormed, 0), ("fc", .notWellFormed, 0), ("fe", .notWellFormed, 0),
        ("1f", .notWellFormed, 0), ("3f", .notWellFormed, 0), ("df00", .notWellFormed, 0),
        ("ff", .notWellFormed, 0), ("81ff", .notWellFormed, 1), ("f800", .notWellFormed, 0),
        ("f814", .notWellFormed, 0), ("f81f", .notWellFormed, 0),
        ("a203000100", .unsortedKeys, 3), ("a220000100", .unsortedKeys, 3),
        ("a26161000100", .unsortedKeys, 4), ("a262616100616200", .unsortedKeys, 5),
        ("a26162006161f6", .unsortedKeys, 4),
        ("a201000100", .duplicateKey, 3), ("a220002000", .duplicateKey, 3),
        ("a2616100616100", .duplicateKey, 4),
        ("a14000", .badKey, 1), ("a18000", .badKey, 1), ("a1a000", .badKey, 1),
        ("a1f500", .badKey, 1), ("a1d20100", .badKey, 1),
        ("a11bffffffffffffffff00", .badKey, 1), ("a13b800000000000000000", .badKey, 1),
        ("61ff", .invalidUTF8, 0), ("62c0af", .invalidUTF8, 0), ("63eda080", .invalidUTF8, 0),
        ("64f4908080", .invalidUTF8, 0), ("61c3", .invalidUTF8, 0), ("a161ff00", .invalidUTF8, 1),
        ("f90000", .floatingPoint, 0), ("f97e00", .floatingPoint, 0),
        ("fa47c35000", .floatingPoint, 0), ("fb3ff199999999999a", .floatingPoint, 0),
        ("8100f93c00", .trailingBytes, 2), ("81f93c00", .floatingPoint, 1),
        ("f7", .simpleValue, 0), ("e0", .simpleValue, 0), ("f0", .simpleValue, 0),
        ("f3", .simpleValue, 0), ("f820", .simpleValue, 0), ("f8ff", .simpleValue, 0),
        ("c000", .unknownTag, 0), ("c11a514b67b0", .unknownTag, 0), ("d100", .unknownTag, 0),
        ("d300", .unknownTag, 0), ("d81800", .unknownTag, 0), ("d9d9f700", .unknownTag, 0),
        ("d862f6", .unknownTag, 0),
    ]

    @Test(arguments: refusals)
    func whatARuleForbidsIsRefusedByName(hex: String, rule: CBORError.Rule, offset: Int) {
        #expect(throws: CBORError(rule, at: offset)) { try CBOR.decode(bytes(hex)) }
    }

    @Test func everyRuleAboutItemsIsTested() {
        let elsewhere: Set<CBORError.Rule> = [
            .tooDeep, .tooManyMembers, .notBytes, .notTagged, .notSign1, .protectedNotMap,
        ]
        let here = Set(Self.refusals.map { $0.1 })
        #expect(here.union(elsewhere) == Set(CBORError.Rule.allCases))
    }

    @Test(arguments: ["81", "a100", "d2"])
    func eightLevelsAreReadAndTheNinthIsRefused(level: String) throws {
        let nested = { (count: Int) in
            bytes(String(repeating: level, count: count)) + [0]
        }
        #expect(try CBOR.decode(nested(8)).encoded() == nested(8))
        let offset = 8 * level.count / 2
        #expect(throws: CBORError(.tooDeep, at: offset)) { try CBOR.decode(nested(9)) }
        #expect(throws: CBORError(.tooDeep, at: offset)) { try CBOR.decode(nested(100_000)) }
    }

    /// Eight heads that each announce as many members as there are bytes left.
    @Test(arguments: ["9a", "ba"])
    func announcedMembersThatDoNotComeAreRefused(head: String) {
        let filler = [UInt8](repeating: 0xff, count: 1 << 22)
        let nested = bytes(String(repeating: head + "00100000", count: 8)) + filler
        #expect(throws: CBORError.self) { try CBOR.decode(nested) }
    }

    @Test func anErrorNamesTheByteAndTheRule() {
        let error = CBORError(.duplicateKey, at: 17)
        #expect(error.description == "byte 17: two members of a map have the same key")
    }
}
