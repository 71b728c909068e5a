import Encoding

/// Takes members out of a predicate whose shape has been checked, so that none can be missing.
///
/// A member that is missing all the same is refused, never trapped on.
struct PredicateReader {
    private let predicate: JSON.Object

    /// Starts reading a manifest that must be of `type`.
    init(_ manifest: Manifest, _ type: Text) throws(Refusal) {
        guard manifest.predicateType == type else {
            throw Refusal(.predicate, field: "predicateType", rule: "must be \(type)")
        }
        predicate = manifest.predicate
    }

    func text(_ name: Text) throws(Refusal) -> Text {
        try found(predicate[name]?.text, name)
    }

    func optionalText(_ name: Text) -> Text? {
        predicate[name]?.text
    }

    func texts(_ name: Text) throws(Refusal) -> [Text] {
        try found(predicate[name]?.array, name).compactMap(\.text)
    }

    func integers(_ name: Text) throws(Refusal) -> [Int64] {
        try found(predicate[name]?.array, name).compactMap(\.integer)
    }

    func count(_ name: Text) throws(Refusal) -> UInt64 {
        try found(optionalCount(name), name)
    }

    func optionalCount(_ name: Text) -> UInt64? {
        predicate[name]?.integer.flatMap { UInt64(exactly: $0) }
    }

    /// A number of things inside the object `limits`.
    func limit(_ name: Text) throws(Refusal) -> Int {
        try found(predicate["limits"]?[name]?.integer.flatMap { Int(exactly: $0) }, "limits")
    }

    func hex(_ name: Text) throws(Refusal) -> [UInt8] {
        try found(predicate[name]?.text.flatMap(Hex.decode), name)
    }

    /// A time in whole seconds since the POSIX epoch.
    func seconds(_ name: Text) throws(Refusal) -> Int64 {
        try found(optionalSeconds(name), name)
    }

    func optionalSeconds(_ name: Text) -> Int64? {
        predicate[name]?.text.flatMap { Timestamp($0) }?.seconds
    }

    private func found<Value>(_ value: Value?, _ name: Text) throws(Refusal) -> Value {
        guard let value else {
            throw Refusal(.schema, field: "predicate.\(name)", rule: "is missing")
        }
        return value
    }
}
