import Auditing

/// Standard output as a receiver of events: a JSON object a line.
struct StreamReceiver: EventReceiver {
    let name = "stdout"
    let console: Console

    func take(_ line: String) async throws(ReceiverFailure) {
        guard console.delivers(line) else {
            throw ReceiverFailure("nobody reads standard output any more", isFinal: true)
        }
    }
}
