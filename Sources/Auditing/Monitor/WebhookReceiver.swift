package import HTTPCalls

/// A service that is sent each event (audit.md §5): POST, `application/json`.
///
/// It has taken the event where it answers with a status below 300. No redirect is followed.
/// Nothing of its answer is repeated: it may quote the secret that the address holds.
package struct WebhookReceiver: EventReceiver {
    package let name: String

    private let url: WebhookURL
    private let caller: HTTPCaller

    /// Names a service.
    ///
    /// - Parameters:
    ///   - number: which of the monitor's services it is, from 1.
    ///   - time: for one event, from the connection to the answer.
    package init(
        _ url: WebhookURL, number: Int, options: CallOptions,
        time: Duration = MonitorLimit.webhookTime
    ) {
        self.url = url
        name = Self.name(number)
        caller = HTTPCaller(url.service, options: Self.bounded(options, time))
    }

    /// The name of the service of this number, from 1.
    package static func name(_ number: Int) -> String { "webhook-\(number)" }

    /// Closes all connections.
    package func close() async { await caller.close() }

    private static func bounded(_ options: CallOptions, _ time: Duration) -> CallOptions {
        var options = options
        options.connectTimeout = time
        options.answerTimeout = time
        options.totalTime = time
        options.tries = 1
        return options
    }

    package func take(_ line: String) async throws(ReceiverFailure) {
        let request = CallRequest(
            "POST", url.path, accept: "*/*", body: Array(line.utf8),
            contentType: "application/json", authorization: url.authorization, takesPages: true)
        do throws(CallFailure) {
            try await caller.handOver(request)
        } catch {
            throw ReceiverFailure("\(url) \(Self.words(error.error))", retryAfter: error.retryAfter)
        }
    }

    private static func words(_ error: CallError) -> String {
        switch error {
        case .refused(let problem), .unavailable(let problem):
            "answers with status \(problem.status)"
        case .unexpected(let reason): "gives no answer that counts: \(reason)"
        case .page: "gives a page"
        case .unreachable, .untrusted: "\(error)"
        }
    }
}
