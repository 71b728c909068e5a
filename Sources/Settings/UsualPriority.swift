/// Runs the work of a program in a task of the usual priority, and returns its result.
///
/// The main task has a higher one, which its children take over and which only root's threads may
/// have: with every start the system's log would get a complaint. A task that is awaited raises its
/// priority, so this waits for its result alone.
public func atUsualPriority<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        Task.detached(priority: .medium) { continuation.resume(returning: await work()) }
    }
}
