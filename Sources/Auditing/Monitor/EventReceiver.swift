/// Whoever is told the events of a monitor: a stream, a program, a service.
package protocol EventReceiver: Sendable {
    /// Its name in states, metrics and words; never holds what is secret.
    var name: String { get }

    /// Hands over one event; returns once it is taken.
    func take(_ line: String) async throws(ReceiverFailure)
}

/// Why a receiver did not take an event; it is given the same one again.
package struct ReceiverFailure: Error, Hashable {
    /// Why, as the second half of a sentence that begins with the receiver; nothing in it is
    /// secret.
    package let words: String

    /// When it wants to be tried again; nil where it does not say.
    package let retryAfter: Duration?

    /// Whether it will never take another.
    package let isFinal: Bool

    /// Creates a failure.
    package init(_ words: String, retryAfter: Duration? = nil, isFinal: Bool = false) {
        (self.words, self.retryAfter, self.isFinal) = (words, retryAfter, isFinal)
    }
}

/// How it goes with a receiver.
package enum DeliveryEvent: Sendable {
    /// It failed, and is tried again after so long; so many events wait.
    case failed(name: String, words: String, wait: Duration)

    /// It takes events again.
    case recovered(name: String)
}
