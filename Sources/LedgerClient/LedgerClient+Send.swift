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

extension LedgerClient {
    /// Sends a request until it is answered, refused or tried often enough.
    ///
    /// Every request of ours may be repeated: a statement that is known already is answered
    /// with its receipt.
    func send(
        _ method: String, _ path: String, accept: String, limit: Int,
        body: [UInt8]? = nil, contentType: String? = nil
    ) async throws(ClientError) -> Answer {
        var failures = 0
        while true {
            do throws(Attempt) {
                return try await attempt(
                    request(method, path, accept: accept, body: body, contentType: contentType),
                    limit: limit)
            } catch {
                failures += 1
                guard error.error.isTransient, failures < options.tries else { throw error.error }
                try await wait(after: failures, error)
            }
        }
    }

    /// Waits as the failure and the count of failures ask.
    func wait(after failures: Int, _ attempt: Attempt) async throws(ClientError) {
        let delay = options.delay(after: failures, retryAfter: attempt.retryAfter)
        options.onRetry(attempt.error, delay)
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw .unreachable("stopped while waiting to try again")
        }
    }

    /// Returns a request for `path` below the ledger's address.
    func request(
        _ method: String, _ path: String, accept: String, body: [UInt8]?, contentType: String?
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: ledger.description + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "Accept", value: accept)
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        return request
    }

    /// Returns the head of the answer to `request`; a problem is thrown.
    func open(_ request: HTTPClientRequest) async throws(Attempt) -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(
                request, timeout: TimeAmount(options.answerTimeout))
        } catch {
            throw Attempt(error: failure(error), retryAfter: nil)
        }
        guard response.status.code >= 300 else { return response }
        let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int64($0) }
        // A problem without a readable body still has its status.
        let body = try? await response.body.collect(upTo: ClientLimit.problemBytes)
        let problem = Problem(
            status: Int(response.status.code),
            contentType: response.headers.first(name: "Content-Type"),
            body: body.map { Array($0.readableBytesView) } ?? [])
        throw Attempt(
            error: Self.classify(problem),
            retryAfter: retryAfter.map { .seconds(max(0, min($0, 86_400))) })
    }

    /// Sends `request` once and collects its answer.
    private func attempt(
        _ request: HTTPClientRequest, limit: Int
    ) async throws(Attempt) -> Answer {
        let response = try await open(request)
        do {
            let body = try await response.body.collect(upTo: limit)
            return Answer(
                status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw Attempt(
                error: .unexpected("an answer of more than \(limit) bytes"), retryAfter: nil)
        } catch {
            throw Attempt(error: failure(error), retryAfter: nil)
        }
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
        case let error as HTTPClientError where error == .deadlineExceeded:
            .unreachable("no answer in time")
        case let error as HTTPClientError where error == .readTimeout:
            .unreachable("the answer stopped")
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
