import Settings
import Testing
import TestSupport

@Suite struct UsualPriorityTests {
    /// Whoever waits does not raise it, either.
    @Test func aProgramWorksAtTheUsualPriority() async {
        let priorities = await Task.detached(priority: .high) {
            await atUsualPriority {
                let first = Task.currentPriority
                // Time for whoever waits to raise it.
                do {
                    try await pause(atLeast: .milliseconds(50))
                } catch {
                    Issue.record(error)
                }
                let child = await withTaskGroup(of: TaskPriority.self) { group in
                    group.addTask { Task.currentPriority }
                    return await group.next()
                }
                return [first, Task.currentPriority, child]
            }
        }.value
        #expect(priorities == [.medium, .medium, .medium])
    }
}
