internal import Jobs

/// Brings the events of an outbox to one receiver, one after the other, until it is cancelled.
///
/// An event that is not taken is given again, after a wait that grows; those behind it wait. So
/// each receiver has the alerts in their order, and the matches in theirs.
package struct Delivery: Sendable {
    let receiver: any EventReceiver
    let outbox: Outbox
    let sleep: @Sendable (Duration) async -> Void
    let spread: @Sendable () -> Double
    let onEvent: @Sendable (DeliveryEvent) -> Void

    /// Creates a delivery.
    ///
    /// - Parameters:
    ///   - sleep: waits for so long, or until the task is cancelled.
    ///   - spread: a number from 0 to 1 by which a wait is made shorter, so that monitors that lost
    ///     one receiver do not come back together.
    package init(
        _ outbox: Outbox, to receiver: any EventReceiver,
        sleep: @escaping @Sendable (Duration) async -> Void,
        spread: @escaping @Sendable () -> Double,
        onEvent: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        (self.outbox, self.receiver, self.sleep) = (outbox, receiver, sleep)
        (self.spread, self.onEvent) = (spread, onEvent)
    }

    /// How a delivery ended.
    package enum End: Sendable, Equatable {
        /// It was cancelled.
        case stopped

        /// The receiver will never take another event, for this reason.
        case gone(String)
    }

    /// Delivers until the task is cancelled, or the receiver is gone.
    package func run() async throws(MonitorStateError) -> End {
        for await _ in outbox.signals() {
            if let words = try await deliverAll() { return .gone(words) }
        }
        try outbox.settle(receiver.name)
        return .stopped
    }

    /// Delivers what waits; returns why the receiver is gone for ever, or nil.
    private func deliverAll() async throws(MonitorStateError) -> String? {
        while !Task.isCancelled, let batch = try outbox.batch(for: receiver.name) {
            if let words = try await deliver(batch) { return words }
        }
        try outbox.settle(receiver.name)
        return nil
    }

    private func deliver(_ batch: Outbox.Batch) async throws(MonitorStateError) -> String? {
        let hasAlerts = outbox.hasAlert(for: receiver.name)
        for (index, line) in batch.lines.enumerated() {
            do throws(ReceiverFailure) {
                guard try await deliver(line) else { break }
            } catch {
                try outbox.settle(receiver.name)
                return error.words
            }
            guard outbox.taken(index + 1, of: batch, by: receiver.name) else { break }
            if (index + 1).isMultiple(of: MonitorLimit.settleCount) {
                try outbox.settle(receiver.name)
            }
            // An alert goes before the matches that wait.
            if !hasAlerts, outbox.hasAlert(for: receiver.name) { break }
        }
        return nil
    }

    /// Gives one event until it is taken; false where the task was cancelled before.
    private func deliver(_ line: String) async throws(ReceiverFailure) -> Bool {
        var failures = 0
        while !Task.isCancelled {
            do throws(ReceiverFailure) {
                try await receiver.take(line)
                if failures > 0 { onEvent(.recovered(name: receiver.name)) }
                return true
            } catch {
                if error.isFinal { throw error }
                guard !Task.isCancelled else { return false }
                failures += 1
                let wait = wait(after: failures, error.retryAfter)
                onEvent(.failed(name: receiver.name, words: error.words, wait: wait))
                await sleep(wait)
            }
        }
        return false
    }

    private func wait(after failures: Int, _ retryAfter: Duration?) -> Duration {
        let own = Self.backoff.wait(after: failures) * (1 - spread() / 2)
        return max(own, min(retryAfter ?? .zero, MonitorLimit.longestRetryAfter))
    }

    private static let backoff = Backoff(
        first: MonitorLimit.firstRetry, longest: MonitorLimit.longestRetry)
}
