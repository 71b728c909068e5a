import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why one try failed, with the wait that the service asked for.
package struct CallFailure: Error, Hashable {
    /// Why.
    package let error: CallError

    /// What Retry-After says; nil where there is none.
    package let retryAfter: Duration?

    /// The body of a refusal, whose meaning may be the caller's to know; empty where there is none,
    /// or where it is too long.
    package let body: [UInt8]

    /// The status of an answer below 400 that is none to the request; nil for all other failures.
    ///
    /// It sends elsewhere, or does not have what was asked for.
    package let status: Int?

    /// Creates a failure.
    package init(
        _ error: CallError, retryAfter: Duration? = nil, body: [UInt8] = [], status: Int? = nil
    ) {
        self.error = error
        self.retryAfter = retryAfter
        self.body = body
        self.status = status
    }

    /// Says in words what a connection that failed means.
    ///
    /// - Parameter peer: what was connected to: the service, or the proxy before it.
    init(_ error: any Error, from service: ServiceURL, by peer: String) {
        switch error {
        case is NIOSSLError, is NIOSSLExtraError:
            self.init(Self.tlsError("\(error)", service))
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            // It asks the same however often it is asked.
            self.init(.untrusted(Self.reason(of: error, peer)))
        default:
            self.init(.unreachable(Self.reason(of: error, peer)))
        }
    }

    /// Whether a certificate was refused, for a reason that the library keeps to itself.
    static func isAboutCertificate(_ error: any Error) -> Bool {
        error is NIOSSLError && "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }

    private static func reason(of error: any Error, _ peer: String) -> String {
        switch error {
        case let error as HTTPClientError:
            reason(of: error, peer)
        case is CancellationError:
            "stopped while waiting for an answer"
        case let error as NIOConnectionError:
            reason(of: error, peer)
        case let error as IOError:
            reason(of: error, peer)
        case let error as ChannelError where error == .eof:
            "it closed the connection"
        default:
            "\(error)"
        }
    }

    private static func reason(of error: HTTPClientError, _ peer: String) -> String {
        switch error {
        case .connectTimeout: "no connection to \(peer) in time"
        case .remoteConnectionClosed: "it closed the connection"
        case .cancelled: "stopped while waiting for an answer"
        case .proxyAuthenticationRequired:
            "\(peer) asks for a user and a password: http://USER:PASSWORD@HOST:PORT"
        case .invalidProxyResponse: "\(peer) lets nothing through to it"
        case .httpProxyHandshakeTimeout: "no answer of \(peer) in time"
        case .tlsHandshakeTimeout: "its TLS handshake did not end in time"
        default: "\(error)"
        }
    }

    /// Several addresses of one host fail in their own ways; the first says most.
    private static func reason(of error: NIOConnectionError, _ peer: String) -> String {
        guard let first = error.connectionErrors.first else {
            return "no address is known for \(error.host)"
        }
        return (first.error as? IOError).map { reason(of: $0, peer) } ?? "\(first.error)"
    }

    /// The library's words are a stack of source lines; each cause has its name in them.
    private static func tlsError(_ text: String, _ service: ServiceURL) -> CallError {
        let known = [
            ("failedToValidateHostname", "its certificate is for another name than \(service) has"),
            (
                "CERTIFICATE_VERIFY_FAILED",
                "its certificate does not hold: unknown here, expired or not yet valid; look at "
                    + "this machine's clock"
            ),
            ("WRONG_VERSION_NUMBER", "it speaks no TLS; is it an http:// address?"),
            ("HTTP_REQUEST", "it speaks no TLS; is it an http:// address?"),
            ("PROTOCOL_VERSION", "it speaks neither TLS 1.2 nor 1.3"),
            ("UNSUPPORTED_PROTOCOL", "it speaks neither TLS 1.2 nor 1.3"),
            ("CERTIFICATE_REQUIRED", "it asks for a certificate of ours, and there is none"),
            ("HANDSHAKE_FAILURE", "it and we know no way of TLS in common"),
            ("UNRECOGNIZED_NAME", "it knows no service of the name that \(service) has"),
        ]
        guard let (_, reason) = known.first(where: { text.contains($0.0) }) else {
            return .unreachable("it does not speak TLS as we do")
        }
        return .untrusted(reason)
    }

    private static func reason(of error: IOError, _ peer: String) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nothing listens at \(peer)"
        case ECONNRESET, EPIPE: "it closed the connection"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to \(peer)"
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
