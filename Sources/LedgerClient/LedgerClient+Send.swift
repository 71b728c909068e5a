import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A whole answer, within its limit.
struct Answer {
    let status: Int
    let body: [UInt8]
}

/// A failure with what the ledger asked to wait.
struct Attempt: Error {
    let error: ClientError
    let retryAfter: Duration?
}

extension CallTime {
    /// Says what ended a request: time, where that is out, for all else follows from it.
    func judged(_ attempt: Attempt) -> Attempt {
        cut.map { Attempt(error: .unreachable($0.reason), retryAfter: nil) } ?? attempt
    }
}

extension LedgerClient {
    /// Sends a request until it is answered, refused or tried often enough.
    ///
    /// Every request of ours may be repeated: a statement that is known already is answered
    /// with its receipt.
    func send(
        _ method: String, _ path: String, accept: String, limit: Int,
        body: [UInt8]? = nil, contentType: String? = nil
    ) async throws(ClientError) -> Answer {
        let time = CallTime(options, sending: body?.count ?? 0)
        var failures = 0
        while true {
            var request = request(method, path, accept: accept, contentType: contentType)
            request.body = body.map { HTTPClientRequest.Body(Upload($0, time)) }
            do throws(Attempt) {
                return try await attempt(request, limit: limit, time)
            } catch {
                failures += 1
                guard error.error.isTransient, failures < options.tries else { throw error.error }
                try await wait(after: failures, error, time)
            }
        }
    }

    /// Waits as the failure and the count of failures ask, where the call has time for that.
    func wait(
        after failures: Int, _ attempt: Attempt, _ time: CallTime
    ) async throws(ClientError) {
        let delay = options.delay(after: failures, retryAfter: attempt.retryAfter)
        guard time.allows(delay) else { throw attempt.error }
        options.onRetry(attempt.error, delay)
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw .unreachable("stopped while waiting to try again")
        }
    }

    /// Returns a request for `path` below the ledger's address.
    func request(
        _ method: String, _ path: String, accept: String, contentType: String?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: ledger.description + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "Accept", value: accept)
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        return request
    }

    /// Returns the head of the answer to `request`; a problem is thrown.
    func open(
        _ request: HTTPClientRequest, _ time: CallTime
    ) async throws(Attempt) -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            // How long this may take, the time of the call decides: it cancels.
            response = try await http.execute(request, deadline: .distantFuture)
        } catch {
            throw Attempt(error: failure(error), retryAfter: nil)
        }
        time.answering()
        guard response.status.code >= 300 else { return response }
        let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int64($0) }
        // A problem without a readable body still has its status.
        let body = try? await collect(response.body, limit: ClientLimit.problemBytes, time)
        let problem = Problem(
            status: Int(response.status.code),
            contentType: response.headers.first(name: "Content-Type"), body: body ?? [])
        throw Attempt(
            error: Self.classify(problem),
            retryAfter: retryAfter.map { .seconds(max(0, min($0, 86_400))) })
    }

    /// Sends `request` once and collects its answer.
    private func attempt(
        _ request: HTTPClientRequest, limit: Int, _ time: CallTime
    ) async throws(Attempt) -> Answer {
        let result: Result<Answer, Attempt> = await time.run {
            do throws(Attempt) {
                let response = try await open(request, time)
                let body = try await collect(response.body, limit: limit, time)
                return .success(Answer(status: Int(response.status.code), body: body))
            } catch {
                return .failure(error)
            }
        }
        return try result.mapError { time.judged($0) }.get()
    }

    /// Reads a whole body.
    private func collect(
        _ body: HTTPClientResponse.Body, limit: Int, _ time: CallTime
    ) async throws(Attempt) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                time.received(part.readableBytes)
                bytes += part.readableBytesView
                guard bytes.count <= limit else {
                    let error = ClientError.unexpected("an answer of more than \(limit) bytes")
                    throw Attempt(error: error, retryAfter: nil)
                }
            }
            // Where the task is cancelled, a body may end as if it were complete.
            try Task.checkCancellation()
        } catch let attempt as Attempt {
            throw attempt
        } catch {
            throw Attempt(error: failure(error), retryAfter: nil)
        }
        return bytes
    }

    /// A redirect is no answer of a ledger: its address would change under the statement.
    private static func classify(_ problem: Problem) -> ClientError {
        if problem.isTransient { return .unavailable(problem) }
        if problem.status < 400 { return .unexpected("status \(problem.status), a redirect") }
        return .refused(problem)
    }

    /// Returns what a failed connection means, in words.
    func failure(_ error: any Error) -> ClientError {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            .unreachable("no connection to \(ledger) in time")
        case is CancellationError:
            .unreachable("stopped while waiting for an answer")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            .unreachable("it closed the connection")
        case let error as NIOConnectionError:
            .unreachable(reason(of: error))
        case let error as IOError:
            .unreachable(reason(of: error))
        case let error as ChannelError where error == .eof:
            .unreachable("it closed the connection")
        case is NIOSSLError, is NIOSSLExtraError:
            .unreachable(reason(ofTLS: "\(error)"))
        default:
            .unreachable("\(error)")
        }
    }

    /// Several addresses of one host fail in their own ways; the first says most.
    private func reason(of error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first else {
            return "no address is known for \(error.host)"
        }
        return (first.error as? IOError).map(reason) ?? "\(first.error)"
    }

    /// The library's words are a stack of source lines.
    private func reason(ofTLS text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "no authority that is trusted here vouches for its certificate"
        }
        if text.contains("failedToValidateHostname") {
            return "its certificate is for another name than \(ledger) has"
        }
        return "it does not speak TLS as we do"
    }

    private func reason(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens at \(ledger)"
        case ECONNRESET, EPIPE: "it closed the connection"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to \(ledger)"
        case ETIMEDOUT: "no answer in time"
        default: error.description
        }
    }
}
