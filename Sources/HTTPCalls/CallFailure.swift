import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why one try failed, with the wait that the service asked for.
package struct CallFailure: Error {
    /// Why.
    package let error: CallError

    /// What Retry-After says; nil where there is none.
    package let retryAfter: Duration?

    /// Creates a failure.
    package init(_ error: CallError, retryAfter: Duration? = nil) {
        self.error = error
        self.retryAfter = retryAfter
    }

    /// Says in words what a connection that failed means.
    init(_ error: any Error, from service: ServiceURL) {
        self.init(.unreachable(Self.reason(of: error, service)))
    }

    private static func reason(of error: any Error, _ service: ServiceURL) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            "no connection to \(service) in time"
        case is CancellationError:
            "stopped while waiting for an answer"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "it closed the connection"
        case let error as NIOConnectionError:
            reason(of: error, service)
        case let error as IOError:
            reason(of: error, service)
        case let error as ChannelError where error == .eof:
            "it closed the connection"
        case is NIOSSLError, is NIOSSLExtraError:
            reason(ofTLS: "\(error)", service)
        default:
            "\(error)"
        }
    }

    /// Several addresses of one host fail in their own ways; the first says most.
    private static func reason(of error: NIOConnectionError, _ service: ServiceURL) -> String {
        guard let first = error.connectionErrors.first else {
            return "no address is known for \(error.host)"
        }
        return (first.error as? IOError).map { reason(of: $0, service) } ?? "\(first.error)"
    }

    /// The library's words are a stack of source lines.
    private static func reason(ofTLS text: String, _ service: ServiceURL) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "no authority that is trusted here vouches for its certificate"
        }
        if text.contains("failedToValidateHostname") {
            return "its certificate is for another name than \(service) has"
        }
        return "it does not speak TLS as we do"
    }

    private static func reason(of error: IOError, _ service: ServiceURL) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens at \(service)"
        case ECONNRESET, EPIPE: "it closed the connection"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to \(service)"
        case ETIMEDOUT: "no answer in time"
        default: error.description
        }
    }
}

extension CallTime {
    /// Says what ended a request: time, where that is out, for all else follows from it.
    func judged(_ failure: CallFailure) -> CallFailure {
        cut.map { CallFailure(.unreachable($0.reason)) } ?? failure
    }
}
