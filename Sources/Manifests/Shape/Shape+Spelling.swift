import Encoding

/// The words in which the forms of ``ManifestType`` are written.
extension Shape {
    /// An object with these members and no others.
    static func object(
        required: KeyValuePairs<Text, Shape>, optional: KeyValuePairs<Text, Shape> = [:]
    ) -> Shape {
        .object(fields(required, optional), isClosed: true)
    }

    /// An object with these members and any others.
    static func open(
        required: KeyValuePairs<Text, Shape> = [:], optional: KeyValuePairs<Text, Shape> = [:]
    ) -> Shape {
        .object(fields(required, optional), isClosed: false)
    }

    private static func fields(
        _ required: KeyValuePairs<Text, Shape>, _ optional: KeyValuePairs<Text, Shape>
    ) -> [Field] {
        required.map { .required($0.key, $0.value) } + optional.map { .optional($0.key, $0.value) }
    }

    /// An array whose elements have one shape.
    static func array(of shape: Shape, _ count: ClosedRange<Int>) -> Shape {
        .array(of: shape, count: count, isDistinct: false)
    }

    /// An array whose elements have one shape and differ from each other.
    static func set(of shape: Shape, _ count: ClosedRange<Int>) -> Shape {
        .array(of: shape, count: count, isDistinct: true)
    }

    /// One of the strings named.
    static func oneOf(_ choices: Text...) -> Shape {
        .oneOf(choices)
    }

    /// An integer in `range`; `rule` replaces the sentence that names its bounds.
    static func integer(_ range: ClosedRange<Int64>, _ rule: String? = nil) -> Shape {
        .integer(range, rule: rule)
    }

    /// A number of things: an integer from 0 to 2^53-1.
    static let count = Shape.integer(0...JSON.maximumInteger)

    /// Any finite number.
    static let number = Shape.number(
        -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, rule: "must be a number")

    /// The one object that is open in every predicate of ours.
    static let anyObject = Shape.object([], isClosed: false)

    /// 16 random bytes, so that an erased manifest cannot be guessed from its digest.
    static let nonce = Shape.text(.hex(bytes: 16))

    /// A SHA-256 digest.
    static let sha256 = Shape.text(.hex(bytes: 32))

    /// A span of time; that it does not end before it begins is checked beside each table.
    static let window = Shape.object(required: ["from": .text(.time), "to": .text(.time)])
}

extension Shape.Field {
    /// A member that must be present.
    static func required(_ name: Text, _ shape: Shape) -> Shape.Field {
        Shape.Field(name: name, shape: shape, isRequired: true)
    }

    /// A member that may be present.
    static func optional(_ name: Text, _ shape: Shape) -> Shape.Field {
        Shape.Field(name: name, shape: shape, isRequired: false)
    }
}
