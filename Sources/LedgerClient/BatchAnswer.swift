import Encoding
public import HTTPCalls
import Merkle
import Provenance

/// What a ledger says about one statement of a batch.
public enum BatchAnswer: Hashable, Sendable {
    /// It is an entry, with a receipt where that is ready.
    case accepted(Acceptance)

    /// It was refused, or must be sent again where the problem is transient.
    case refused(ProblemDetails)

    /// Reads `[status, EntryID / null, receipt / problem map / null]`.
    init?(_ item: [UInt8]) {
        guard let parts = (try? CBOR.decode(item, rules: .lenient))?.arrayValue,
            parts.count == 3,
            let status = parts[0].unsignedValue.flatMap({ Int(exactly: $0) })
        else { return nil }
        switch status {
        case 200, 201:
            guard let receipt = Self.receipt(parts[2]) else { return nil }
            let known = status == 200
            self = .accepted(known ? .known(receipt: receipt) : .registered(receipt: receipt))
        case 202:
            self = .accepted(.pending(retryAfter: nil))
        case 400..<600:
            self = .refused(
                ProblemDetails(status: status, details: parts[2].mapValue ?? CBORMap([])))
        default:
            return nil
        }
    }

    /// A receipt stands in the answer as it is or wrapped in a byte string; both are read.
    private static func receipt(_ part: CBOR) -> [UInt8]? {
        if let bytes = part.bytesValue { return bytes }
        if case .tagged = part { return part.encoded() }
        return nil
    }
}
