import Encoding
import Testing

/// One answer of a batch.
struct BatchAnswer {
    let status: UInt64
    let id: [UInt8]?
    let content: CBOR

    private init(_ item: CBOR) throws {
        let parts = try #require(item.arrayValue)
        #expect(parts.count == 3)
        status = try #require(parts[0].unsignedValue)
        id = parts[1].bytesValue
        content = parts[2]
    }

    /// Reads a sequence of answers, which must be whole.
    static func all(in bytes: [UInt8]) throws -> [BatchAnswer] {
        var answers: [BatchAnswer] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = try #require(ItemLength.of(rest))
            answers.append(try BatchAnswer(CBOR.decode(Array(rest.prefix(length)))))
            rest = rest.dropFirst(length)
        }
        return answers
    }
}

/// The length of a CBOR item, from its heads alone.
private enum ItemLength {
    static func of(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        let information = first & 0x1F
        guard information < 28 else { return nil }
        let width = information < 24 ? 0 : 1 << Int(information - 24)
        let head = bytes.dropFirst().prefix(width)
        let argument =
            width == 0 ? Int(information) : head.reduce(0) { $0 << 8 | Int($1) }
        var length = 1 + width
        let children: Int
        switch first >> 5 {
        case 2, 3: return length + argument
        case 4: children = argument
        case 5: children = 2 * argument
        default: return length
        }
        for _ in 0..<children {
            guard let child = of(bytes.dropFirst(length)) else { return nil }
            length += child
        }
        return length
    }
}
