/// A JSON value (RFC 8259) of the strict profile that manifests are written in.
///
/// There is one reading of the bytes: ``decode(_:maxDepth:)`` refuses duplicate names, unpaired
/// surrogates, U+0000 and numbers that programs would round apart. Strings and names are ``Text``
/// and compare as bytes.
public enum JSON: Hashable, Sendable {
    /// The literal `null`.
    case null

    /// The literal `true` or `false`.
    case bool(Bool)

    /// A number written without fraction and exponent, from -(2^53-1) to 2^53-1.
    case integer(Int64)

    /// Any other number, and `-0`, as binary64; finite.
    case decimal(Double)

    /// A string, unescaped; never contains U+0000.
    case string(Text)

    /// An array.
    case array([JSON])

    /// An object.
    case object(Object)

    /// The largest integer: beyond it binary64, which most programs read into, has gaps.
    public static let maximumInteger: Int64 = 1 << 53 - 1

    /// The deepest nesting of arrays and objects in a manifest; the outermost counts as 1.
    ///
    /// Our own types need 6, SLSA provenance as build services write it 8; 16 keeps recursion
    /// small.
    public static let maximumDepth = 16
}

extension JSON {
    /// The string, or nil for any other kind of value.
    public var text: Text? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, or nil for any other kind of value, `1.0` and `-0` included.
    public var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The number, integer or not, or nil for any other kind of value.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .decimal(let decimal): decimal
        default: nil
        }
    }

    /// The truth value, or nil for any other kind of value.
    public var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The array's elements, or nil for any other kind of value.
    public var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, or nil for any other kind of value.
    public var object: Object? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The value of the object's member `name`; nil without one, and for any other kind of value.
    public subscript(name: Text) -> JSON? {
        object?[name]
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Creates a string.
    public init(stringLiteral value: String) { self = .string(Text(value)) }

    /// Creates an integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Creates a decimal.
    public init(floatLiteral value: Double) { self = .decimal(value) }

    /// Creates a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Creates an array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Creates an object whose names must differ.
    public init(dictionaryLiteral elements: (Text, JSON)...) { self = .object(Object(elements)) }
}
