import HTTPCalls
import Merkle
import Timestamping

/// Asks one timestamp authority (RFC 3161 §3.4); each call has an end, and none is sent twice.
struct AuthorityClient: Sendable {
    let source: AnchorSource
    private let trust: TimestampAuthorities
    private let path: String
    private let caller: HTTPCaller

    /// Creates a client that must be closed.
    ///
    /// - Parameter path: what follows the service's URL.
    init(
        _ source: AnchorSource, at service: ServiceURL, path: String, trust: TimestampAuthorities,
        options: CallOptions
    ) {
        self.source = source
        self.trust = trust
        self.path = path
        caller = HTTPCaller(service, options: options)
    }

    /// Closes its connections.
    func close() async { await caller.close() }

    /// Asks for a token of `digest`, and checks it.
    ///
    /// - Parameter now: returns POSIX seconds; asked when the answer is there.
    func token(
        of digest: Hash, now: @Sendable () -> UInt64
    ) async throws(AnchorRefusal) -> CheckedToken {
        let query = TimestampQuery(digest: digest, nonce: .random(in: .min ... .max))
        let request = CallRequest(
            "POST", path, accept: TimestampQuery.replyMediaType, body: query.bytes,
            contentType: TimestampQuery.mediaType, status: 200)
        let answer: CallAnswer
        do throws(CallFailure) {
            answer = try await caller.sendOnce(request, limit: AnchorLimit.replyBytes)
        } catch {
            throw AnchorRefusal(error)
        }
        guard answer.mediaType == TimestampQuery.replyMediaType else {
            throw AnchorRefusal(.mediaType(answer.mediaType))
        }
        do throws(TimestampRefusal) {
            return try query.check(reply: answer.body, by: trust, now: now())
        } catch {
            throw AnchorRefusal(.token(error))
        }
    }
}

/// Why a source was asked in vain, and how long it asks to be left alone.
struct AnchorRefusal: Error, Hashable {
    let failure: AnchorFailure
    let retryAfter: Duration?

    init(_ failure: AnchorFailure, retryAfter: Duration? = nil) {
        self.failure = failure
        self.retryAfter = retryAfter
    }

    /// Says what a call that failed means.
    init(_ failure: CallFailure) {
        self.init(AnchorFailure(failure.error), retryAfter: failure.retryAfter)
    }
}
