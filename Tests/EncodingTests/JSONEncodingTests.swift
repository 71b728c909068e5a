import Encoding
import Testing
import TestSupport

@Suite struct JSONEncodingTests {
    @Test func membersKeepTheirOrderAndNothingIsAdded() throws {
        let json: JSON = ["z": [1, 2.5, true, .null], "a": ["x": "y"], "m": []]
        #expect(text(json) == #"{"z":[1,2.5,true,null],"a":{"x":"y"},"m":[]}"#)
    }

    @Test func onlyWhatMustBeEscapedIs() {
        let json: JSON = "\"\\/\u{1}\n\r\t\u{1F}\u{7F}é🎨\u{2028}"
        #expect(text(json) == "\"\\\"\\\\/\\u0001\\n\\r\\t\\u001f\u{7F}é🎨\u{2028}\"")
    }

    @Test(arguments: [
        0.1, 1, -0.0, 1e16, 1e21, 123456.789, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        0x1p53,
        -2.2250738585072014e-308,
    ])
    func aDecimalReadsBackToItself(value: Double) throws {
        let again = try JSON.decode(JSON.decimal(value).encoded())
        guard case .decimal(let number) = again else {
            Issue.record("\(value) became an integer")
            return
        }
        #expect(number.bitPattern == value.bitPattern)
    }

    /// Random values with a printed seed.
    @Test(arguments: [UInt64.random(in: .min ... .max)])
    func everyValueReadsBackEqual(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let value = generator.value(depth: 4)
            #expect(try JSON.decode(value.encoded()) == value)
        }
    }

    @Test(arguments: [.integer(1 << 53), .decimal(.infinity), .decimal(.nan), "\0"] as [JSON])
    func whatTheProfileCannotExpressIsNotReadBack(value: JSON) {
        #expect(throws: JSONError.self) { try JSON.decode(value.encoded()) }
    }

    @Test func aMemberIsReplacedWhereItStandsAndRemoved() {
        var object: JSON.Object = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        object["missing"] = nil
        #expect(text(.object(object)) == #"{"a":3,"c":4}"#)
    }

    private func text(_ json: JSON) -> String {
        String(decoding: json.encoded(), as: UTF8.self)
    }
}

extension SeededRandom {
    fileprivate mutating func value(depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64.random(in: -(1 << 53 - 1)...(1 << 53 - 1), using: &self))
        case 3:
            let number = Double(bitPattern: next())
            return .decimal(number.isFinite ? number : 0.5)
        case 4: return .string(text())
        case 5:
            let count = Int.random(in: 0..<4, using: &self)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var object = JSON.Object()
            for _ in 0..<Int.random(in: 0..<4, using: &self) {
                object[text()] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    private mutating func text() -> Text {
        var string = ""
        for _ in 0..<Int.random(in: 0..<6, using: &self) {
            let scalar = Unicode.Scalar(UInt32.random(in: 1...0x1_FFFF, using: &self))
            string.unicodeScalars.append(scalar ?? "\"")
        }
        return Text(string)
    }
}
