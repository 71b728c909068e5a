import Encoding
import Testing

@Suite struct CBORTests {
    /// RFC 8949, appendix A: those of its examples that our rules admit.
    private static let examples: [(String, CBOR)] = [
        ("00", .int(0)), ("01", .int(1)), ("0a", .int(10)), ("17", .int(23)), ("1818", .int(24)),
        ("1819", .int(25)), ("1864", .int(100)), ("1903e8", .int(1000)),
        ("1a000f4240", .int(1_000_000)), ("1b000000e8d4a51000", .int(1_000_000_000_000)),
        ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)),
        ("20", .int(-1)), ("29", .int(-10)), ("3863", .int(-100)), ("3903e7", .int(-1000)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])),
        ("60", .text("")), ("6161", .text("a")), ("6449455446", .text("IETF")),
        ("62225c", .text("\"\\")), ("62c3bc", .text("\u{fc}")), ("63e6b0b4", .text("\u{6c34}")),
        ("64f0908591", .text("\u{10151}")), ("80", .array([])),
        ("83010203", .array([.int(1), .int(2), .int(3)])),
        (
            "8301820203820405",
            .array([
                .int(1), .array([.int(2), .int(3)]), .array([.int(4), .int(5)]),
            ])
        ),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            .array((1...25).map(CBOR.int))
        ),
        ("a0", .map([:])), ("a201020304", .map([1: .int(2), 3: .int(4)])),
        ("a26161016162820203", .map(["a": .int(1), "b": .array([.int(2), .int(3)])])),
        ("826161a161626163", .array([.text("a"), .map(["b": .text("c")])])),
        ("d281f6", .tagged(18, .array([.null]))),
    ]

    @Test(arguments: examples)
    func theExamplesOfTheStandardAreReadAndWritten(hex: String, item: CBOR) throws {
        #expect(try CBOR.decode(bytes(hex)) == item)
        #expect(try CBOR.decode(bytes(hex), rules: .lenient) == item)
        #expect(item.encoded() == bytes(hex))
    }

    @Test(
        arguments: [
            0, 23, 24, 255, 256, 65535, 65536, 4_294_967_295, 4_294_967_296, .max,
        ] as [Int64])
    func everyArgumentTakesItsShortestForm(value: Int64) throws {
        let lengths: [(Int64, Int)] = [(24, 1), (256, 2), (65536, 3), (1 << 32, 5), (.max, 9)]
        let length = lengths.first { value < $0.0 }?.1 ?? 9
        for item in [CBOR.int(value), .int(~value)] {
            #expect(item.encoded().count == length)
            #expect(try CBOR.decode(item.encoded()) == item)
        }
        #expect(CBOR.int(value).integer == value)
        #expect(CBOR.int(~value).integer == ~value)
    }

    @Test func integersBeyondInt64HaveNoSignedValue() {
        #expect(CBOR.unsigned(1 << 63).integer == nil)
        #expect(CBOR.negative(1 << 63).integer == nil)
        #expect(CBOR.unsigned(1 << 63).unsignedValue == 1 << 63)
        #expect(CBOR.int(.min) == .negative(.max >> 1))
        #expect(CBOR.int(-1).unsignedValue == nil)
    }

    @Test func anItemAnswersOnlyForItsOwnKind() {
        let items: [CBOR] = [
            .int(1), .bytes([1]), .text("1"), .array([]), .map([:]), .tagged(18, .null),
            .bool(true), .null,
        ]
        #expect(items.map { $0.integer != nil }.filter(\.self).count == 1)
        #expect(items.map { $0.bytesValue != nil }.firstIndex(of: true) == 1)
        #expect(items.map { $0.textValue != nil }.firstIndex(of: true) == 2)
        #expect(items.map { $0.arrayValue != nil }.firstIndex(of: true) == 3)
        #expect(items.map { $0.mapValue != nil }.firstIndex(of: true) == 4)
        #expect(items.map { $0.boolValue != nil }.firstIndex(of: true) == 6)
        #expect(items.map(\.isNull).firstIndex(of: true) == 7)
    }

    /// RFC 8949 §4.2.1 gives this order as its example (less the array, no key here).
    @Test func aMapSortsItsKeysAsTheirEncodings() throws {
        let map: CBORMap = [
            "aa": .int(6), -1: .int(4), 100: .int(3), "z": .int(5), 10: .int(2), 2: .int(1),
        ]
        #expect(map.labels == [2, 10, 100, -1, "z", "aa"])
        let encodings = map.labels.map { CBORMap([($0, .null)]).encoded().dropFirst().dropLast() }
        for (left, right) in zip(encodings, encodings.dropFirst()) {
            #expect(left.lexicographicallyPrecedes(right))
        }
        #expect(try CBOR.decode(map.encoded()) == .map(map))
    }

    @Test func aMapIsChangedOneMemberAtATime() {
        let map: CBORMap = [1: .int(1), "a": .int(2)]
        #expect(map.setting(-1, to: .null) == [1: .int(1), -1: .null, "a": .int(2)])
        #expect(map.setting(1, to: .null) == [1: .null, "a": .int(2)])
        #expect(map.setting("a", to: nil) == [1: .int(1)])
        #expect(map.setting("b", to: nil) == map)
        #expect(map[1] == .int(1))
        #expect(map["a" as Text] == .int(2))
        #expect(map[label: "b"] == nil)
        #expect(map[2] == nil)
    }

    /// A Kelvin sign is no K, though Swift's strings hold them for equal.
    @Test func textKeysAreComparedAsBytes() throws {
        let map: CBORMap = ["K": .int(1), "\u{212a}": .int(2)]
        #expect(map.count == 2)
        #expect(map["\u{212a}" as Text] == .int(2))
        #expect(try CBOR.decode(map.encoded()) == .map(map))
    }
}
