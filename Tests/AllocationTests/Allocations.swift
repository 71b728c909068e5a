import AllocationCounter

/// Returns how often `body` allocates, once everything that is made on first use is there.
func allocations<Result>(_ body: () throws -> Result) rethrows -> Int {
    for _ in 0..<3 { _ = try body() }
    let before = allocations_on_this_thread()
    let result = try body()
    let count = allocations_on_this_thread() - before
    withExtendedLifetime(result) {}
    return Int(count)
}

/// Returns how many bytes more than before `body` holds at the most, of what this thread takes.
func mostBytes<Result>(_ body: () throws -> Result) rethrows -> Int {
    let before = bytes_held_on_this_thread()
    let result = try body()
    let most = most_bytes_held_on_this_thread()
    withExtendedLifetime(result) {}
    return Int(most - before)
}
