import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why there is no connection to a bastion, in words for the operator.
struct BastionFailure: CustomStringConvertible {
    let description: String

    /// The connection stood, and the bastion has closed it.
    static let ended = BastionFailure(words: "it closed the connection")

    private init(words: String) {
        description = words
    }

    /// - Parameter isConnected: whether the handshake was over for us; the bastion looks at our
    ///   certificate after that.
    init(_ error: any Error, isConnected: Bool) {
        switch error {
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(words: Self.words(tls: "\(error)"))
        case is NoBastion:
            self.init(words: "it is no bastion: it does not know \(Bastion.applicationProtocol)")
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first?.error
            self.init(
                words: first.map { Self.words(connecting: $0) }
                    ?? "no address is known for \(error.host)")
        default:
            self.init(words: isConnected ? Self.ended.description : Self.words(connecting: error))
        }
    }

    private static func words(connecting error: any Error) -> String {
        switch error {
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: "nothing listens there"
            case ECONNRESET, EPIPE: "it closed the connection"
            case EHOSTUNREACH, ENETUNREACH: "there is no way to it"
            default: error.description
            }
        case ChannelError.connectTimeout: "no answer in time"
        default: "it closed the connection before TLS was settled"
        }
    }

    /// The library's words are a stack of source lines; each cause has its name in them.
    private static func words(tls text: String) -> String {
        let known = [
            // Without the alert that says so.
            ("uncleanShutdown", ended.description),
            ("failedToValidateHostname", "its certificate is for another name"),
            (
                "CERTIFICATE_VERIFY_FAILED",
                "its certificate does not hold: unknown here, expired or not yet valid"
            ),
            ("NO_APPLICATION_PROTOCOL", "it is no bastion: it does not know bastion/0"),
            ("PROTOCOL_VERSION", "it does not speak TLS 1.3"),
            ("UNSUPPORTED_PROTOCOL", "it does not speak TLS 1.3"),
            ("WRONG_VERSION_NUMBER", "it speaks no TLS"),
            ("HTTP_REQUEST", "it speaks no TLS"),
        ]
        if let (_, reason) = known.first(where: { text.contains($0.0) }) { return reason }
        return text.contains("ALERT")
            ? "it does not take our key: have its operator add the key's hash"
            : "it does not speak TLS as we do"
    }
}
