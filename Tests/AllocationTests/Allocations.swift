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
