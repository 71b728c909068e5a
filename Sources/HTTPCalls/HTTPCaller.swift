import AsyncHTTPClient
import Encoding
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks one service over HTTP/1.1, with limits on all that it may answer.
///
/// Each call has an end, whatever the service does; a request that failed for a reason that may
/// pass is sent again. No redirect is followed: an address that changes on the way is another
/// service. Nothing in an answer is believed beyond its form.
public struct HTTPCaller: Sendable {
    /// The service's address.
    public let service: ServiceURL

    package let options: CallOptions
    private let http: HTTPClient

    /// Creates a caller that must be closed with ``close()``.
    public init(_ service: ServiceURL, options: CallOptions = CallOptions()) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(options.connectTimeout)))
        configuration.httpVersion = .http1Only
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorities = options.authorities {
            tls.trustRoots = .certificates(authorities.certificates)
        }
        configuration.tlsConfiguration = tls
        configuration.proxy = options.proxy.map { proxy in
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.credentials.map { .basic(credentials: Self.base64($0)) })
        }
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(options.idleTime)
        if let traffic = options.traffic {
            configuration.http1_1ConnectionDebugInitializer = { traffic.count($0) }
        }
        self.service = service
        self.options = options
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func base64(_ credentials: String) -> String {
        Base64.encode(Array(credentials.utf8))
    }

    /// Closes all connections; the caller cannot be used afterwards.
    public func close() async {
        // A connection that does not close cleanly has nothing left that we wait for.
        try? await http.shutdown()
    }

    // MARK: - Whole answers

    /// Sends a request until it is answered, refused or tried often enough, and returns the whole
    /// answer.
    ///
    /// The request may reach the service more than once.
    ///
    /// - Parameter limit: bytes of the answer's body, at most.
    package func send(_ request: CallRequest, limit: Int) async throws(CallError) -> CallAnswer {
        try await call(sending: request.body?.count ?? 0) { time in
            switch await whole(request, limit, time) {
            case .success(let answer): .done(answer)
            case .failure(let failure): .failed(failure)
            }
        }
    }

    /// Sends a request once, and returns the whole answer; for a caller that decides by itself when
    /// to ask again, and to whom a refusal's body says something.
    ///
    /// - Parameter limit: bytes of the answer's body, at most.
    package func sendOnce(
        _ request: CallRequest, limit: Int
    ) async throws(CallFailure) -> CallAnswer {
        let time = CallTime(options, sending: request.body?.count ?? 0)
        switch await whole(request, limit, time) {
        case .success(let answer): return answer
        case .failure(let failure): throw time.judged(failure)
        }
    }

    /// Sends a request once to a service that answers by its status alone: below 300 it has taken
    /// what was sent, whatever becomes of the body of its answer.
    package func handOver(_ request: CallRequest) async throws(CallFailure) {
        let time = CallTime(options, sending: request.body?.count ?? 0)
        let result: Result<Void, CallFailure> = await time.run {
            do throws(CallFailure) {
                let response = try await open(request, time)
                // Read to its end the connection can be used again; nothing depends on it.
                var count = 0
                do throws(CallFailure) {
                    try await read(response, time, into: &count) {
                        count, part throws(CallFailure) in
                        count += part.count
                        guard count <= CallLimit.problemBytes else {
                            throw CallFailure(.unexpected("an answer that is too long"))
                        }
                    }
                } catch {
                    // It has taken what it was given.
                    return .success(())
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        if case .failure(let failure) = result { throw time.judged(failure) }
    }

    private func whole(
        _ request: CallRequest, _ limit: Int, _ time: CallTime
    ) async -> Result<CallAnswer, CallFailure> {
        let answer = await answer(to: request, time, into: [UInt8]()) {
            body, part throws(CallFailure) in
            body += part
            guard body.count <= limit else {
                throw CallFailure(.unexpected("an answer of more than \(limit) bytes"))
            }
        }
        return answer.head.map { head in
            CallAnswer(
                status: head.status, retryAfter: head.retryAfter, field: head.field,
                mediaType: head.mediaType, body: answer.body)
        }
    }

    // MARK: - Calls

    /// Tries until something is done, or trying is of no use or takes too long.
    ///
    /// - Parameters:
    ///   - byteCount: bytes that the call sends, which buys it time.
    ///   - attempt: sends one request, or several, with the time that is left.
    package func call<Value>(
        sending byteCount: Int, _ attempt: (CallTime) async -> CallAttempt<Value>
    ) async throws(CallError) -> Value {
        let time = CallTime(options, sending: byteCount)
        var failures = 0
        while true {
            switch await attempt(time) {
            case .done(let value):
                return value
            case .failed(let failure, let hasProgress):
                failures = hasProgress ? 1 : failures + 1
                let judged = time.judged(failure)
                guard judged.error.isTransient, failures < options.tries else {
                    throw judged.error
                }
                try await wait(after: failures, judged, time)
            }
        }
    }

    /// Waits as the failure and the count of failures ask, where the call has time for that.
    private func wait(
        after failures: Int, _ failure: CallFailure, _ time: CallTime
    ) async throws(CallError) {
        let delay = options.delay(after: failures, retryAfter: failure.retryAfter)
        // Nobody is told of a wait that is not to be.
        guard time.allows(delay), !Task.isCancelled else { throw failure.error }
        options.onRetry(failure.error, delay)
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw .unreachable("stopped while waiting to try again")
        }
    }

    // MARK: - One request

    /// Sends `request` once and folds the body of its answer into `body` as it comes.
    ///
    /// Returns what the parts came to, also where the answer broke off, and the answer's status,
    /// which is below 300.
    package func exchange<Body: Sendable>(
        _ request: CallRequest, _ time: CallTime, into body: Body,
        _ take: @escaping @Sendable (inout Body, [UInt8]) async throws(CallFailure) -> Void
    ) async -> (body: Body, status: Result<Int, CallFailure>) {
        let answer = await answer(to: request, time, into: body, take)
        return (answer.body, answer.head.map(\.status))
    }

    /// Sends a request once, for a caller that decides by itself when to ask again, and folds the
    /// body of its answer into `body` as it comes.
    ///
    /// - Parameter onField: takes the field of the request as soon as the head of the answer is
    ///   there, for it may break off behind it.
    package func exchangeOnce<Body: Sendable>(
        _ request: CallRequest, into body: Body, onField: @escaping @Sendable (String?) -> Void,
        _ take:
            @escaping @Sendable (inout Body, [UInt8], CallTime) async throws(CallFailure) -> Void
    ) async -> (body: Body, failure: CallFailure?) {
        let time = CallTime(options, sending: request.body?.count ?? 0)
        let answer = await answer(to: request, time, into: body, onField: onField) {
            body, part throws(CallFailure) in
            try await take(&body, part, time)
        }
        switch answer.head {
        case .success: return (answer.body, nil)
        case .failure(let failure): return (answer.body, time.judged(failure))
        }
    }

    /// What an answer says beside its body.
    private struct Head: Sendable {
        let status: Int
        let retryAfter: Duration?
        let field: String?
        let mediaType: String?
    }

    /// Does what ``exchange(_:_:into:_:)`` does, and returns more of the answer's head.
    private func answer<Body: Sendable>(
        to request: CallRequest, _ time: CallTime, into body: Body,
        onField: @escaping @Sendable (String?) -> Void = { _ in },
        _ take: @escaping @Sendable (inout Body, [UInt8]) async throws(CallFailure) -> Void
    ) async -> (body: Body, head: Result<Head, CallFailure>) {
        await time.run {
            var body = body
            do throws(CallFailure) {
                let response = try await open(request, time)
                let field = request.field.flatMap { response.headers.first(name: $0) }
                onField(field)
                try await read(response, time, into: &body, take)
                let head = Head(
                    status: Int(response.status.code),
                    retryAfter: Self.retryAfter(response.headers),
                    field: field,
                    mediaType: Self.mediaType(response.headers))
                return (body, .success(head))
            } catch {
                return (body, .failure(error))
            }
        }
    }

    /// Returns the head of the answer to `request`; a problem is thrown.
    private func open(
        _ request: CallRequest, _ time: CallTime
    ) async throws(CallFailure) -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            // How long this may take, the time of the call decides: it cancels.
            response = try await http.execute(
                HTTPClientRequest(request, to: service, time), deadline: .distantFuture)
        } catch {
            throw await failure(error)
        }
        time.answering()
        let status = Int(response.status.code)
        guard status >= 300 else {
            guard status == request.status ?? status else {
                throw CallFailure(
                    .unexpected("status \(status) to \(request.method) \(request.path)"),
                    status: status)
            }
            if !request.takesPages,
                let page = Self.page(response.headers, instead: request.accept)
            {
                throw CallFailure(.page(page))
            }
            return response
        }
        let body = await problemBody(response, time)
        let problem = ProblemDetails(
            status: status, contentType: response.headers.first(name: "Content-Type"), body: body)
        throw CallFailure(
            Self.classify(problem), retryAfter: Self.retryAfter(response.headers), body: body,
            status: status < 400 ? status : nil)
    }

    /// What is connected to, for words.
    private var peer: String {
        options.proxy.map { "the proxy \($0)" } ?? service.description
    }

    /// Says why no answer came; a certificate that was refused is looked at, where nothing stands
    /// between.
    private func failure(_ error: any Error) async -> CallFailure {
        guard CallFailure.isAboutCertificate(error), options.proxy == nil else {
            return CallFailure(error, from: service, by: peer)
        }
        let look = CertificateLook(
            service: service, authorities: options.authorities, time: options.connectTimeout)
        return CallFailure(.untrusted(await look.reason()))
    }

    /// The media type of an answer that is a page for people, where something else was asked for:
    /// what a network gives that wants a log-in first.
    private static func page(_ headers: HTTPHeaders, instead accept: String) -> String? {
        guard let type = mediaType(headers) else { return nil }
        if type == "text/html" || type == "application/xhtml+xml" { return type }
        return accept.hasPrefix("application/") && type.hasPrefix("text/") ? type : nil
    }

    private static func mediaType(_ headers: HTTPHeaders) -> String? {
        headers.first(name: "Content-Type")?.prefix { $0 != ";" && $0 != " " }.lowercased()
    }

    /// A problem without a readable body still has its status.
    private func problemBody(_ response: HTTPClientResponse, _ time: CallTime) async -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(CallFailure) {
            try await read(response, time, into: &bytes) { bytes, part throws(CallFailure) in
                bytes += part
                guard bytes.count <= CallLimit.problemBytes else {
                    throw CallFailure(.unexpected("a problem that is too long"))
                }
            }
        } catch {
            return []
        }
        return bytes
    }

    /// Reads a body to its end, and undoes its encoding.
    ///
    /// `take` is asked after each piece, so that its limit holds for what gzip unfolds, too.
    private func read<Body>(
        _ response: HTTPClientResponse, _ time: CallTime, into body: inout Body,
        _ take: (inout Body, [UInt8]) async throws(CallFailure) -> Void
    ) async throws(CallFailure) {
        do {
            var decoder = try ContentDecoder(response.headers[canonicalForm: "Content-Encoding"])
            for try await part in response.body {
                time.received(part.readableBytes)
                decoder.append(Array(part.readableBytesView))
                while let piece = try decoder.next() { try await take(&body, piece) }
            }
            // Where the task is cancelled, a body may end as if it were complete.
            try Task.checkCancellation()
            try decoder.finish()
        } catch let failure as CallFailure {
            throw failure
        } catch {
            throw CallFailure(error, from: service, by: peer)
        }
    }

    private static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        headers.first(name: "Retry-After").flatMap {
            RetryAfter.wait(
                $0, date: headers.first(name: "Date"), now: Int64(Date().timeIntervalSince1970))
        }
    }

    /// A redirect is no answer: the address would change under the request.
    private static func classify(_ problem: ProblemDetails) -> CallError {
        if problem.isTransient { return .unavailable(problem) }
        if problem.status < 400 { return .unexpected("status \(problem.status), a redirect") }
        return .refused(problem)
    }
}

extension HTTPClientRequest {
    /// Puts a request together as the wire has it.
    fileprivate init(_ request: CallRequest, to service: ServiceURL, _ time: CallTime) {
        self.init(url: service.description + request.path)
        method = HTTPMethod(rawValue: request.method)
        headers.add(name: "Accept", value: request.accept)
        if request.acceptsGzip { headers.add(name: "Accept-Encoding", value: "gzip") }
        if let words = request.authorization { headers.add(name: "Authorization", value: words) }
        if request.isFresh { headers.add(name: "Cache-Control", value: "no-cache") }
        if let type = request.contentType { headers.add(name: "Content-Type", value: type) }
        if let encoding = request.contentEncoding {
            headers.add(name: "Content-Encoding", value: encoding)
        }
        guard let bytes = request.body else { return }
        if bytes.count > CallLimit.bufferedBytes {
            body = .stream(Upload(bytes, time), length: .known(Int64(bytes.count)))
        } else {
            // Where a stream is refused while its last chunk is on its way, the library drops the
            // chunk, calls it missing, and the reason is lost. So a body that buffers can hold,
            // whose way says nothing about time, is written with the head.
            body = .bytes(ByteBuffer(bytes: bytes))
            time.sent(bytes.count, isLast: true)
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let parts = duration.components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
