import Foundation

/// How long a test waits.
///
/// A test waits for an event, never for a time: a busy machine makes every time too short. The one
/// bound here ends a test that would hang for ever; no test that passes comes near it.
package enum Patience {
    /// The bound on every wait, in minutes: what takes seconds here may take a hundred times as
    /// long on a machine that is full.
    package static let minutes = 10

    /// The bound as a duration.
    package static let bound: Duration = .seconds(60 * minutes)

    /// The time between two looks: short beside what a test does, long beside a look.
    package static let interval: Duration = .milliseconds(5)
}

/// Waits until `hasHappened` says yes; throws where ``Patience/bound`` passes before.
package nonisolated(nonsending) func eventually(
    _ event: String, _ hasHappened: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(event) { try await hasHappened() ? true : nil }
}

/// Waits until `find` returns a value; throws where ``Patience/bound`` passes before.
package nonisolated(nonsending) func eventually<Value>(
    _ event: String, _ find: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + Patience.bound
    while true {
        if let value = try await find() { return value }
        guard ContinuousClock.now < end else {
            throw FixtureError.unexpected("\(event): not after \(Patience.minutes) minutes")
        }
        try await Task.sleep(for: Patience.interval)
    }
}

/// Lets time pass that is itself what a test is about: a client that pauses, a silence in which
/// nothing may come.
///
/// It is never the time that something else may take: no test fails because this took longer.
package nonisolated(nonsending) func pause(atLeast duration: Duration) async throws {
    try await Task.sleep(for: duration)
}

/// Holds the thread for a while, as a step of work does: see ``pause(atLeast:)``.
package func holdThread(atLeast duration: Duration) {
    Thread.sleep(forTimeInterval: duration / .seconds(1))
}
