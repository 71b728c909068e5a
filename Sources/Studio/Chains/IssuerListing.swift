import Encoding
import HTTPCalls
import IndexMap
import LedgerClient
import Provenance

/// Which entries are an issuer's among the first of a log, by the ledger's index (index.md §10).
struct IssuerListing: Sendable {
    /// The number of entries that the index head covers.
    let size: UInt64

    /// The entries that are listed: each of the issuer's is among them, and one that only looks
    /// like one may be.
    let indexes: [UInt64]

    /// The name by which they are listed.
    let name: IndexName

    /// The index head that lists them.
    let head: EntryID

    /// The proofs that list them.
    ///
    /// Of a long list there are several, each of which begins with the entry that ends the one
    /// before it. So what is left out is between two entries of one proof.
    private let parts: [Part]

    /// Returns a proof that does not list the entry at `index`, which none of them lists.
    func part(without index: UInt64) -> [UInt8]? {
        let next = parts.first { ($0.indexes.last ?? .max) > index } ?? parts.last
        return next?.bytes
    }

    /// Gets and verifies the proofs, page by page, all by one index head; nil where the ledger
    /// gives no proofs.
    ///
    /// - Parameters:
    ///   - limit: entries that are taken.
    ///   - pageEntries: entries of a page, 1 to ``IndexPage/maximumCount``.
    ///   - now: this machine's clock, in POSIX seconds.
    init?(
        of issuer: Text, at client: LedgerClient, by kit: TrustKit, limit: Int,
        pageEntries: Int, now: UInt64
    ) async throws(ChainCheckError) {
        guard let name = try? IndexName.iss(issuer) else { return nil }
        let call = CompleteCall(client, entries: pageEntries)
        for _ in 0..<CompleteLimit.attempts {
            var parts: [Part] = []
            var found: [UInt64] = []
            pages: while true {
                guard
                    let part = try await Self.part(
                        of: name, from: UInt64(max(found.count - 1, 0)), by: call, kit, now)
                else { return nil }
                guard parts.last.map({ $0.head.entry == part.head.entry }) ?? true else {
                    break pages
                }
                guard found.isEmpty || part.indexes.first == found.last else {
                    throw .falseProof("it lists another entry at position \(found.count - 1)")
                }
                let new = part.indexes.dropFirst(found.isEmpty ? 0 : 1)
                found += new
                parts.append(part)
                guard zip(found, found.dropFirst()).allSatisfy({ $0 < $1 }) else {
                    throw .falseProof("its pages are not in the order of the log")
                }
                guard part.count <= UInt64(limit) else { throw .tooMany(limit: limit) }
                guard found.count < Int(part.count) else {
                    (size, head) = (part.head.size, part.head.entry)
                    (indexes, self.name, self.parts) = (found, name, parts)
                    return
                }
                guard !new.isEmpty else {
                    throw .falseProof("it lacks the page from position \(found.count) on")
                }
            }
        }
        throw .notShown("its pages are by another index head each time")
    }

    /// What one proof shows.
    private struct Part {
        let bytes: [UInt8]
        let head: Report.Completeness.Head
        let count: UInt64
        let indexes: [UInt64]
    }

    private static func part(
        of name: IndexName, from start: UInt64, by call: CompleteCall, _ kit: TrustKit,
        _ now: UInt64
    ) async throws(ChainCheckError) -> Part? {
        let said: CompleteCall.Answer
        do throws(CompleteCallError) {
            said = try await call.ask([name], from: start)
        } catch {
            switch error {
            case .ledger(.unavailable(let problem)):
                throw .notShown("it gives no proof now: \(problem)")
            case .ledger(let error): throw .ledger(error)
            case .wrong(let words): throw .falseProof("it \(words)")
            case .useless(let words): throw .notShown("its proof \(words)")
            }
        }
        let bytes: [UInt8]
        switch said {
        case .proof(let proof): bytes = proof.encoded()
        case .notYet: throw .notShown("no head covers its newest index head yet")
        case .noIndex: return nil
        }
        let verifier = Verifier(kit)
        let shown = verifier.verify(complete: bytes, time: now)
        if let refuted = shown.findings.first(where: { $0.verdict == .refuted }) {
            throw .falseProof(refuted.detail)
        }
        guard let head = shown.head, let answer = shown.answers.first, let count = answer.count,
            shown.holds(at: verifier.defaultLevel, inPart: true)
        else {
            let open = shown.findings.first { $0.verdict != .ok && $0.verdict != .notChecked }
            let level = shown.head?.level?.rawValue ?? "nothing"
            throw .notShown(open?.detail ?? "its index head has reached \"\(level)\" only")
        }
        return Part(bytes: bytes, head: head, count: count, indexes: answer.indexes)
    }
}
