import Encoding
public import HTTPCalls
public import IndexMap
import Merkle

/// What a ledger says when it is asked which entries have a name (http.md §18).
public enum CompleteAnswer: Hashable, Sendable {
    /// A proof of completeness, unverified.
    case proof([UInt8])

    /// The newest index head is logged, and no head that is served covers it yet; the ledger may
    /// say when to ask again.
    case notYet(retryAfter: Duration?)

    /// The service has no index, or no index head yet, or gives no proofs
    /// (``LedgerClient/hasIndexHead()``).
    case noIndex
}

extension LedgerClient {
    /// Statuses of a service that gives no proof, or has no head: a ledger without one, an older
    /// one, one that makes no proofs now, a copy.
    private static let absences = [404, 405, 501]

    /// Asks which entries have a name, by the newest index head.
    ///
    /// - Parameters:
    ///   - start: the position of the first entry of a list that is wanted, counted from 0.
    ///   - limit: how many entries of it are wanted, at most ``IndexPage/maximumCount``.
    public func complete(
        _ name: IndexName, from start: UInt64 = 0, limit: Int = IndexPage.maximumCount
    ) async throws(CallError) -> CompleteAnswer {
        let request = CallRequest(
            "GET", "/complete?\(Self.query(name))&from=\(start)&limit=\(limit)",
            accept: "application/vnd.colophon.complete.v1+cbor")
        do throws(CallError) {
            let answer = try await caller.send(request, limit: ClientLimit.completeBytes)
            switch answer.status {
            case 200: return .proof(answer.body)
            case 204: return .notYet(retryAfter: answer.retryAfter)
            default: throw CallError.unexpected("status \(answer.status) to GET /complete")
            }
        } catch {
            guard case .refused(let problem) = error, Self.absences.contains(problem.status) else {
                throw error
            }
            return .noIndex
        }
    }

    /// Asks whether there is an index head, by which the service may give no proofs now (http.md
    /// §18).
    ///
    /// What it answers with is not verified: it is its own word that there is one.
    public func hasIndexHead() async throws(CallError) -> Bool {
        do throws(CallError) {
            let answer = try await caller.send(
                CallRequest("GET", "/index", accept: "application/cose"),
                limit: ClientLimit.indexHeadBytes)
            guard answer.status == 200 else {
                throw CallError.unexpected("status \(answer.status) to GET /index")
            }
            return true
        } catch {
            guard case .refused(let problem) = error, Self.absences.contains(problem.status) else {
                throw error
            }
            return false
        }
    }

    private static func query(_ name: IndexName) -> String {
        let text = Text(String(decoding: name.value, as: UTF8.self))
        switch name.kind {
        case .artifact: return "sha256=\(Hex.encode(name.value))"
        case .sub: return "sub=\(EntryList.escaped(text))"
        case .iss: return "iss=\(EntryList.escaped(text))"
        case .title:
            // The form of a name says that there is one mark, and digits behind it.
            let parts = text.string.split(separator: "#", maxSplits: 1)
            return "title=\(EntryList.escaped(Text(String(parts[0]))))&serial=\(parts[1])"
        }
    }
}
