/// What a fixture met and cannot go on from.
package enum FixtureError: Error {
    case unexpected(String)
}

/// Returns `value`, which must be there: outside test targets there is no `#require`.
package func found<Value>(_ value: Value?, _ what: String) throws(FixtureError) -> Value {
    guard let value else { throw .unexpected("\(what) is missing") }
    return value
}
