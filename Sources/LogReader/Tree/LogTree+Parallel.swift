extension LogTree {
    /// Reads `items` ahead of their use, and hands them to `take` in their order.
    ///
    /// No more than `count` are asked for or wait at any moment. The first failure ends it.
    static func readingAhead<Item: Sendable, Value: Sendable, Failure: Error>(
        _ items: some RandomAccessCollection<Item>, by count: Int,
        _ read: @escaping @Sendable (Item) async throws(LogError) -> Value,
        _ take: (Result<Value, LogError>) async throws(Failure) -> Void
    ) async throws(Failure) {
        let result = await withTaskGroup(of: (Int, Result<Value, LogError>).self) {
            group async -> Result<Void, Failure> in
            defer { group.cancelAll() }
            var begun = 0
            var waiting: [Int: Result<Value, LogError>] = [:]
            for due in 0..<items.count {
                while begun < items.count, begun < due + max(1, count) {
                    let (place, item) = (
                        begun, items[items.index(items.startIndex, offsetBy: begun)]
                    )
                    group.addTask {
                        do throws(LogError) {
                            return (place, .success(try await read(item)))
                        } catch {
                            return (place, .failure(error))
                        }
                    }
                    begun += 1
                }
                while waiting[due] == nil, let (place, value) = await group.next() {
                    waiting[place] = value
                }
                guard let value = waiting.removeValue(forKey: due) else {
                    preconditionFailure("each task of a group ends with a value")
                }
                do throws(Failure) {
                    try await take(value)
                } catch {
                    return .failure(error)
                }
            }
            return .success(())
        }
        try result.get()
    }

    /// Reads `items`, up to `count` at a time, and returns what they have in their order.
    static func inParallel<Item: Sendable, Value: Sendable>(
        _ items: [Item], atOnce count: Int,
        _ read: @escaping @Sendable (Item) async throws(LogError) -> Value
    ) async throws(LogError) -> [Value] {
        var values: [Value] = []
        try await readingAhead(items, by: count, read) { value throws(LogError) in
            values.append(try value.get())
        }
        return values
    }
}
