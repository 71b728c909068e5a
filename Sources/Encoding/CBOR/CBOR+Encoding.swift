extension CBOR {
    /// The three high bits of an item's first byte (RFC 8949 §3.1).
    public enum Major: UInt8, Sendable {
        /// An integer that is not negative.
        case unsigned

        /// A negative integer.
        case negative

        /// A byte string.
        case bytes

        /// A text string.
        case text

        /// An array.
        case array

        /// A map.
        case map

        /// A tag.
        case tag

        /// A simple value or a floating-point number.
        case simple
    }

    /// Returns the one deterministic encoding of this item (RFC 8949 §4.2.1).
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends the one deterministic encoding of this item to `bytes`.
    public func append(to bytes: inout [UInt8]) {
        switch self {
        case .unsigned(let value): Self.appendHead(major: .unsigned, argument: value, to: &bytes)
        case .negative(let value): Self.appendHead(major: .negative, argument: value, to: &bytes)
        case .bytes(let content): Self.append(content, to: &bytes)
        case .text(let text): Self.append(text, to: &bytes)
        case .array(let items):
            Self.appendHead(major: .array, argument: UInt64(items.count), to: &bytes)
            for item in items {
                item.append(to: &bytes)
            }
        case .map(let map):
            Self.appendHead(major: .map, argument: UInt64(map.count), to: &bytes)
            for entry in map.entries {
                entry.key.append(to: &bytes)
                entry.value.append(to: &bytes)
            }
        case .tagged(let number, let item):
            Self.appendHead(major: .tag, argument: number, to: &bytes)
            item.append(to: &bytes)
        case .bool(let value): bytes.append(value ? 0xf5 : 0xf4)
        case .null: bytes.append(0xf6)
        case .opaque(let item): bytes += item
        }
    }

    /// Appends an item's head: its major type, and `argument` in as few bytes as it fits in.
    public static func appendHead(major: Major, argument: UInt64, to bytes: inout [UInt8]) {
        let high = major.rawValue << 5
        switch argument {
        case 0..<24:
            bytes.append(high | UInt8(truncatingIfNeeded: argument))
        case 24...0xff:
            bytes.append(high | 24)
            bytes.append(UInt8(truncatingIfNeeded: argument))
        case 0x100...0xffff:
            bytes.append(high | 25)
            appendBigEndian(argument, byteCount: 2, to: &bytes)
        case 0x1_0000...0xffff_ffff:
            bytes.append(high | 26)
            appendBigEndian(argument, byteCount: 4, to: &bytes)
        default:
            bytes.append(high | 27)
            appendBigEndian(argument, byteCount: 8, to: &bytes)
        }
    }

    /// Bytes of an item's head with this argument.
    package static func headByteCount(argument: UInt64) -> Int {
        switch argument {
        case 0..<24: 1
        case 24...0xff: 2
        case 0x100...0xffff: 3
        case 0x1_0000...0xffff_ffff: 5
        default: 9
        }
    }

    /// Appends a byte string.
    public static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        appendHead(major: .bytes, argument: UInt64(content.count), to: &bytes)
        bytes += content
    }

    /// Appends a text string.
    public static func append(_ text: Text, to bytes: inout [UInt8]) {
        let content = text.utf8
        appendHead(major: .text, argument: UInt64(content.count), to: &bytes)
        bytes += content
    }

    private static func appendBigEndian(
        _ value: UInt64, byteCount: Int, to bytes: inout [UInt8]
    ) {
        for shift in stride(from: 8 * (byteCount - 1), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}

extension CBORLabel {
    /// Appends the label's deterministic encoding to `bytes`.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .int(let value): CBOR.int(value).append(to: &bytes)
        case .text(let value): CBOR.append(value, to: &bytes)
        }
    }
}
