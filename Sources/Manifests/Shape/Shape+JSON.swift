import Encoding

extension Shape {
    /// The shape as data, for a reader that is not ours.
    ///
    ///     {"object": [[name, is required, shape], ...], "isClosed": bool}
    ///     {"map": shape, "upTo": count}
    ///     {"array": shape, "low": count, "high": count, "isDistinct": bool}
    ///     {"tuple": [shape, ...]}      {"either": [shape, ...], "rule": words}
    ///     {"text": words of the rule}  {"oneOf": [text, ...]}
    ///     {"integer": [low, high], "rule": words or null}
    ///     {"number": [low, high], "rule": words}
    ///     {}                           any value
    var json: JSON {
        switch self {
        case .object(let fields, let isClosed):
            let members = fields.map { field in
                JSON.array([.string(field.name), .bool(field.isRequired), field.shape.json])
            }
            return ["object": .array(members), "isClosed": .bool(isClosed)]
        case .map(let shape, let limit):
            return ["map": shape.json, "upTo": .integer(Int64(limit))]
        case .array(let shape, let count, let isDistinct):
            return [
                "array": shape.json, "low": .integer(Int64(count.lowerBound)),
                "high": .integer(Int64(count.upperBound)), "isDistinct": .bool(isDistinct),
            ]
        case .tuple(let shapes): return ["tuple": .array(shapes.map(\.json))]
        case .text(let rule): return ["text": .string(Text(rule.rule))]
        case .oneOf(let choices): return ["oneOf": .array(choices.map { .string($0) })]
        case .integer(let range, let rule):
            return [
                "integer": [.integer(range.lowerBound), .integer(range.upperBound)],
                "rule": rule.map { .string(Text($0)) } ?? .null,
            ]
        case .number(let range, let rule):
            return [
                "number": [.decimal(range.lowerBound), .decimal(range.upperBound)],
                "rule": .string(Text(rule)),
            ]
        case .either(let shapes, let rule):
            return ["either": .array(shapes.map(\.json)), "rule": .string(Text(rule))]
        case .any: return [:]
        }
    }
}
