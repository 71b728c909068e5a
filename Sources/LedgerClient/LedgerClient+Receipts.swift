public import HTTPCalls
public import Provenance

/// What a ledger says when it is asked for the receipt of an entry.
public enum ReceiptAnswer: Hashable, Sendable {
    /// The receipt at the newest head that the ledger serves.
    case receipt([UInt8])

    /// The entry is durable, and no head that is served holds it yet; the ledger may say when to
    /// ask again.
    case notYet(retryAfter: Duration?)
}

/// What a ledger says when it is asked for all that it has of an entry.
public struct RecordAnswer: Hashable, Sendable {
    /// The record's bytes, unverified; nil where the entry is durable and no head that is served
    /// holds it yet.
    public let bytes: [UInt8]?

    /// When to ask again, where it is not there yet and the ledger says so.
    public let retryAfter: Duration?

    /// How often the ledger asks others about its heads; empty where it does not say.
    public let intervals: PromisedIntervals
}

/// How often a ledger says that it asks others to see and to date its heads (http.md §15).
public struct PromisedIntervals: Hashable, Sendable {
    /// Of its witnesses; nil where it asks none.
    public private(set) var witnesses: Duration?

    /// Of its timestamp authorities.
    public private(set) var timestamps: Duration?

    /// Of its calendars.
    public private(set) var calendars: Duration?

    /// The longest interval that is believed: a year.
    private static let longest: Int64 = 366 * 86_400

    /// Reads a field; what is no dictionary of integers says nothing.
    init(field: String?) {
        for member in field?.split(separator: ",", maxSplits: 16) ?? [] {
            let parts = member.split(separator: "=").map { $0.trimmingPrefix(" ") }
            guard parts.count == 2, let seconds = Int64(parts[1]),
                (1...Self.longest).contains(seconds)
            else { continue }
            switch parts[0] {
            case "witnesses": witnesses = .seconds(seconds)
            case "rfc3161": timestamps = .seconds(seconds)
            case "opentimestamps": calendars = .seconds(seconds)
            default: break
            }
        }
    }
}

extension LedgerClient {
    /// Returns all that the ledger has of an entry: its record with the receipts and the evidence
    /// of both bounds.
    public func record(of entry: EntryID) async throws(CallError) -> RecordAnswer {
        let path = "/entries/\(entry)/transparent"
        let request = CallRequest(
            "GET", path, accept: "application/cose", field: "Evidence-Interval")
        let answer = try await caller.send(request, limit: ClientLimit.entryBytes)
        let intervals = PromisedIntervals(field: answer.field)
        switch answer.status {
        case 200: return RecordAnswer(bytes: answer.body, retryAfter: nil, intervals: intervals)
        case 202, 204:
            return RecordAnswer(
                bytes: nil, retryAfter: answer.retryAfter, intervals: intervals)
        default: throw .unexpected("status \(answer.status) to GET \(path)")
        }
    }

    /// Returns the newest receipt of an entry.
    public func receipt(of entry: EntryID) async throws(CallError) -> ReceiptAnswer {
        let path = "/entries/\(entry)"
        let request = CallRequest("GET", path, accept: "application/cose")
        let answer = try await caller.send(request, limit: ClientLimit.entryBytes)
        switch answer.status {
        case 200: return .receipt(answer.body)
        case 202, 204: return .notYet(retryAfter: answer.retryAfter)
        default: throw .unexpected("status \(answer.status) to GET \(path)")
        }
    }
}
