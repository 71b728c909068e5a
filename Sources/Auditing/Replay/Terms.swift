/// What decides about the entries of one bundle, in their order: a value for each stretch of them.
struct Terms<Value: Sendable>: Sendable {
    private var terms: [(start: UInt64, value: Value)]

    /// One value for all from `start` on.
    init(from start: UInt64, _ value: Value) {
        terms = [(start, value)]
    }

    /// Another value for all from `start` on.
    mutating func add(from start: UInt64, _ value: Value) {
        terms.append((start, value))
    }

    /// Calls `body` with each stretch of `indexes`, and its value.
    func forEach(in indexes: Range<UInt64>, _ body: (Range<UInt64>, Value) -> Void) {
        for (place, term) in terms.enumerated() {
            let end = place + 1 < terms.count ? terms[place + 1].start : .max
            body(indexes.clamped(to: term.start..<end), term.value)
        }
    }
}
