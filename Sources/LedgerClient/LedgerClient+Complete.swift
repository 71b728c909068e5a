public import Encoding
public import HTTPCalls
public import Merkle

/// The listing that a proof of completeness is asked about.
public enum CompleteQuestion: Hashable, Sendable {
    /// The entries that name the artifact with this SHA-256.
    case artifact(Hash)

    /// The entries of this thread.
    case thread(Text)

    /// The entries of this issuer.
    case issuer(Text)

    var query: String {
        switch self {
        case .artifact(let digest): "sha256=\(Hex.encode(digest.bytes))"
        case .thread(let subject): "sub=\(EntryList.escaped(subject))"
        case .issuer(let issuer): "iss=\(EntryList.escaped(issuer))"
        }
    }
}

extension LedgerClient {
    /// Entries of one page of a long listing: the most that a ledger shows (http.md §18).
    private static let shownEntries = 4096

    /// Returns a proof which entries are listed, unverified; nil where the newest index head is
    /// logged, and no head that is served covers it yet.
    ///
    /// Of a listing of more than 4,096 entries the first page is in it.
    public func complete(_ question: CompleteQuestion) async throws(CallError) -> [UInt8]? {
        let request = CallRequest(
            "GET", "/complete?\(question.query)&limit=\(Self.shownEntries)",
            accept: "application/vnd.colophon.complete.v1+cbor")
        let answer = try await caller.send(request, limit: ClientLimit.completeBytes)
        switch answer.status {
        case 200: return answer.body
        case 204: return nil
        default: throw .unexpected("status \(answer.status) to GET /complete")
        }
    }
}
