import Encoding
import Testing
import TestSupport

@Suite struct JSONDecodingTests {
    @Test func everyKindOfValueIsRead() throws {
        let json = try decode(
            #" { "a" : [ null , true , false , 0 , -1 , 1.5 , "x" ] , "b" : { } , "c" : [ ] } "#)
        #expect(
            json == [
                "a": [.null, true, false, 0, -1, 1.5, "x"], "b": [:], "c": [],
            ])
        #expect(json["a"]?.array?.count == 7)
        #expect(json["missing"] == nil)
        #expect(json["b"]?["x"] == nil)
    }

    @Test(
        arguments: [
            ("0", .integer(0)), ("-1", .integer(-1)), ("9007199254740991", .integer(1 << 53 - 1)),
            ("-9007199254740991", .integer(-(1 << 53 - 1))), ("1.0", .decimal(1)),
            ("1e2", .decimal(100)),
            ("1E+2", .decimal(100)), ("12e-1", .decimal(1.2)),
            ("9007199254740993.0", .decimal(0x1p53)),
            ("1e-400", .decimal(0)), ("5e-324", .decimal(.leastNonzeroMagnitude)),
            ("1.7976931348623157e308", .decimal(.greatestFiniteMagnitude)),
        ] as [(String, JSON)])
    func numbersKeepTheirKind(text: String, value: JSON) throws {
        #expect(try decode(text) == value)
        #expect(try decode("[\(text)]") == [value])
    }

    @Test func minusZeroIsNoInteger() throws {
        #expect(try decode("-0").integer == nil)
        #expect(try decode("-0").number?.sign == .minus)
        #expect(try decode("[-0,0]").array?.compactMap(\.integer) == [0])
    }

    /// Each with the byte at which reading stops and the rule.
    @Test(
        arguments: [
            ("", 0, .unexpectedEnd), (" ", 1, .unexpectedEnd), ("{", 1, .unexpectedEnd),
            ("[1", 2, .unexpectedEnd), (#"{"a""#, 4, .unexpectedEnd),
            (#"{"a":"#, 5, .unexpectedEnd),
            (#""a"#, 2, .unexpectedEnd), (#""\"#, 2, .unexpectedEnd),
            (#""\u00"#, 5, .unexpectedEnd),
            ("tru", 3, .unexpectedEnd), ("-", 1, .unexpectedEnd), ("1.", 2, .unexpectedEnd),
            ("1e", 2, .unexpectedEnd), ("True", 0, .unexpectedByte), ("trux", 3, .unexpectedByte),
            ("'a'", 0, .unexpectedByte), ("[1,]", 3, .unexpectedByte), ("[,1]", 1, .unexpectedByte),
            (#"{"a":1,}"#, 7, .unexpectedByte), ("{a:1}", 1, .unexpectedByte),
            ("[1 2]", 3, .unexpectedByte), (#"{"a" 1}"#, 5, .unexpectedByte),
            (#"{1:1}"#, 1, .unexpectedByte), ("+1", 0, .unexpectedByte), (".5", 0, .unexpectedByte),
            ("1.e1", 2, .unexpectedByte), ("1e+", 3, .unexpectedEnd), ("-x", 1, .unexpectedByte),
            ("NaN", 0, .unexpectedByte), ("Infinity", 0, .unexpectedByte),
            ("\u{FEFF}1", 0, .byteOrderMark),
            ("\u{A0}1", 0, .unexpectedByte), ("\u{0B}1", 0, .unexpectedByte),
            ("/**/1", 0, .unexpectedByte),
            ("01", 1, .trailingBytes), ("-01", 2, .trailingBytes), ("1 2", 2, .trailingBytes),
            ("{}{}", 2, .trailingBytes), ("1\0", 1, .trailingBytes), ("0x1", 1, .trailingBytes),
            (#"{"a":1,"a":2}"#, 7, .duplicateName), (#"{"a":1,"\u0061":2}"#, 7, .duplicateName),
            (#"[{"":1,"":2}]"#, 7, .duplicateName), ("\"\u{01}\"", 1, .controlCharacter),
            ("\"a\n\"", 2, .controlCharacter), (#""\x""#, 1, .invalidEscape),
            (#""a\u12G4""#, 2, .invalidEscape), (#""\U0041""#, 1, .invalidEscape),
            (#""\ud800""#, 1, .unpairedSurrogate), (#""\ud800x""#, 1, .unpairedSurrogate),
            (#""\udc00""#, 1, .unpairedSurrogate), (#""\ud800\ud800""#, 1, .unpairedSurrogate),
            (#""\ud800\n""#, 1, .unpairedSurrogate), (#""\u0000""#, 1, .nullCharacter),
            (#"{"\u0000":1}"#, 2, .nullCharacter), ("9007199254740992", 0, .integerOutOfRange),
            ("-9007199254740992", 0, .integerOutOfRange), ("[1e400]", 1, .numberOutOfRange),
            ("[-1e309]", 1, .numberOutOfRange),
        ] as [(ShownText, Int, JSONError.Rule)])
    func everyRuleIsRefusedWhereItIsBroken(text: ShownText, offset: Int, rule: JSONError.Rule) {
        #expect(throws: JSONError(offset: offset, rule: rule)) { try decode(text.string) }
    }

    /// Overlong, surrogate, truncated and beyond U+10FFFF, each inside a string.
    @Test(
        arguments: [
            [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xE9],
        ] as [[UInt8]])
    func stringsThatAreNotUTF8AreRefused(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError(offset: 2, rule: .invalidUTF8)) {
            try JSON.decode([quote, 0x61] + bytes + [quote])
        }
    }

    @Test func escapesAreUndone() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83c\udfa8\uD83C\uDFA8""#
        #expect(try decode(text).text == "\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{20AC}🎨🎨")
    }

    @Test func namesAreComparedAsBytes() throws {
        let object = try decode("{\"K\":1,\"\u{212A}\":2,\"\u{E9}\":3,\"e\u{301}\":4}")
        #expect(object.object?.members.count == 4)
        #expect(object["K"] == 1)
        #expect(object["\u{212A}"] == 2)
        #expect(object["e\u{301}"] == 4)
    }

    @Test(arguments: [1, 2, 16])
    func nestingEndsAtTheLimit(limit: Int) throws {
        func nested(_ depth: Int) -> [UInt8] {
            let opening = (0..<depth).map { $0.isMultiple(of: 2) ? "[" : "{\"a\":" }
            let closing = (0..<depth).reversed().map { $0.isMultiple(of: 2) ? "]" : "}" }
            let inside = depth.isMultiple(of: 2) ? "1" : ""
            return Array((opening.joined() + inside + closing.joined()).utf8)
        }
        _ = try JSON.decode(nested(limit), maxDepth: limit)
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(nested(limit + 1), maxDepth: limit)
        }
        #expect(error?.rule == .tooDeep)
    }

    @Test func aHundredThousandBracketsDoNotExhaustTheStack() {
        let brackets = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONError(offset: 16, rule: .tooDeep)) { try JSON.decode(brackets) }
    }

    /// Comparing each name with all before it would take hours here.
    @Test(.timeLimit(.minutes(Patience.minutes)))
    func manyNamesAreStillToldApart() throws {
        let members = (0..<2_000_000).map { "\"\($0)\":0" }
        let object = try decode("{\(members.joined(separator: ","))}").object
        #expect(object?.members.count == 2_000_000)
        let twice = members + ["\"7\":0"]
        let error = #expect(throws: JSONError.self) {
            try decode("{\(twice.joined(separator: ","))}")
        }
        #expect(error?.rule == .duplicateName)
    }

    /// Whatever one byte is replaced by, reading ends and what it accepts is written back equal.
    @Test func everyOneByteChangeIsRefusedOrReadBackEqual() throws {
        let original = Array(#"{"a":[1,-2.5e3,true,null],"\u00e9":"x\n","z":{"b":"é"}}"#.utf8)
        var accepted = 0
        for index in original.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = original
                changed[index] = byte
                let value: JSON
                do { value = try JSON.decode(changed) } catch { continue }
                accepted += 1
                let again = try JSON.decode(value.encoded())
                if again != value { Issue.record("byte \(byte) at \(index)") }
            }
        }
        #expect(accepted > original.count)
    }

    private func decode(_ text: String) throws(JSONError) -> JSON {
        try JSON.decode(Array(text.utf8))
    }
}
