import Auditing
import Foundation

/// Standard output as a receiver of events: a JSON object a line.
struct StreamReceiver: EventReceiver {
    let name = "stdout"

    private let console: Console

    /// A reader that takes nothing holds this queue, and no thread that others need.
    private let queue = DispatchQueue(label: "standard output")

    init(_ console: Console) { self.console = console }

    func take(_ line: String) async throws(ReceiverFailure) {
        let isWritten = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: console.delivers(line)) }
        }
        guard isWritten else {
            throw ReceiverFailure("nobody reads standard output any more", isFinal: true)
        }
    }
}
