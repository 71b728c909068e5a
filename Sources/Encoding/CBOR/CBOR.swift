/// A CBOR data item of the kinds our formats use (RFC 8949 §3).
///
/// Equal values have equal encodings, and each value has exactly one (``encoded()``).
public enum CBOR: Hashable, Sendable {
    /// An integer from 0 to 2^64 - 1 (major type 0).
    case unsigned(UInt64)

    /// The integer -1 - n, where n is the associated value (major type 1).
    case negative(UInt64)

    /// A byte string (major type 2).
    case bytes([UInt8])

    /// A text string (major type 3).
    case text(Text)

    /// A list of items (major type 4).
    case array([CBOR])

    /// Items under integer or text labels (major type 5).
    case map(CBORMap)

    /// An item with a tag number (major type 6).
    indirect case tagged(UInt64, CBOR)

    /// The simple values 20 (false) and 21 (true).
    case bool(Bool)

    /// The simple value 22.
    case null

    /// The bytes of one well-formed item that has no meaning to us.
    ///
    /// Floating-point numbers, undefined and other simple values; only
    /// ``CBORRules/lenient`` reads them, so that unknown labels can be carried unread.
    case opaque([UInt8])

    /// Returns the item for a signed integer.
    public static func int(_ value: Int64) -> CBOR {
        // -1 - n is the bitwise complement in two's complement, so nothing can overflow.
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(bitPattern: ~value))
    }
}

extension CBOR {
    /// The integer, where the item is one that fits; nil for everything else.
    public var integer: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { ~$0 }
        default: nil
        }
    }

    /// The integer, where the item is one that is not negative; nil for everything else.
    public var unsignedValue: UInt64? {
        if case .unsigned(let value) = self { value } else { nil }
    }

    /// The content of a byte string; nil for everything else.
    public var bytesValue: [UInt8]? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The content of a text string; nil for everything else.
    public var textValue: Text? {
        if case .text(let value) = self { value } else { nil }
    }

    /// The members of an array; nil for everything else.
    public var arrayValue: [CBOR]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of a map; nil for everything else.
    public var mapValue: CBORMap? {
        if case .map(let value) = self { value } else { nil }
    }

    /// The truth value; nil for everything else.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// Whether the item is null.
    public var isNull: Bool { self == .null }
}
