import HTTPService
import HTTPTypes
import Manifests
import Provenance

extension Problem {
    /// Creates the problem that tells a client why its statement was not admitted.
    init(_ refusal: Refusal) {
        var detail = refusal.description
        if let existing = refusal.existing {
            detail += "; the entry in the way is \(EntryID(existing))"
        }
        self.init(
            status: Self.status(of: refusal.reason), title: Self.title(of: refusal.reason),
            detail: detail)
        switch refusal.reason {
        case .busy: retryAfter = Self.busyDelay
        case .storage: retryAfter = Self.storageDelay
        case .rate: retryAfter = Self.rateDelay
        default: break
        }
    }

    private static func status(of reason: Refusal.Reason) -> HTTPResponse.Status {
        switch reason {
        case .tooLarge: .contentTooLarge
        case .conflict, .outOfTurn: .conflict
        case .rate: .tooManyRequests
        case .busy, .storage: .serviceUnavailable
        case .malformed, .unknownType, .schema, .mismatch, .missingManifest, .algorithm, .signature,
            .unknownKey, .keyState, .lockOut, .issuer, .role, .predicate, .audience, .clock:
            .badRequest
        }
    }

    /// The titles of SCRAPI-11 §2.1.3, where one fits.
    private static func title(of reason: Refusal.Reason) -> String {
        switch reason {
        case .malformed: "Malformed request"
        case .tooLarge: "Content Too Large"
        case .conflict, .outOfTurn: "Conflict"
        case .rate: "Too Many Requests"
        case .busy, .storage: "Service Unavailable"
        case .algorithm: "Bad Signature Algorithm"
        case .missingManifest: "Payload Missing"
        case .unknownType, .schema, .mismatch, .signature, .unknownKey, .keyState, .lockOut,
            .issuer, .role, .predicate, .audience, .clock:
            "Rejected"
        }
    }
}
