package import HTTPCalls
package import IndexMap
package import LedgerClient
package import Provenance

/// Asks a ledger for proofs of completeness, page by page, until all are by one index head.
///
/// Nothing is verified: what is read of the answers decides what is asked next, and no more.
package struct CompleteCall: Sendable {
    /// What a ledger says.
    package enum Answer: Sendable {
        /// A proof for each name, in the order in which they were asked for.
        case proof(CompleteProof)

        /// No head that the ledger serves covers its newest index head yet.
        case notYet

        /// There is no index, or no index head yet, or no proofs are given
        /// (``LedgerClient/hasIndexHead()``).
        case noIndex
    }

    private let client: LedgerClient
    private let pages: Int
    private let entries: Int

    /// Prepares to ask.
    ///
    /// - Parameters:
    ///   - pages: the most pages of a list, 1 to ``IndexProof/maximumPages``.
    ///   - entries: the most entries of a page, 1 to ``IndexPage/maximumCount``.
    package init(
        _ client: LedgerClient, pages: Int = IndexProof.maximumPages,
        entries: Int = IndexPage.maximumCount
    ) {
        (self.client, self.pages, self.entries) = (client, pages, entries)
    }

    /// Asks about names, 1 to 8 of them and none twice; of a list the entries from position
    /// `start` on.
    package func ask(
        _ names: [IndexName], from start: UInt64 = 0
    ) async throws(CompleteCallError) -> Answer {
        for _ in 0..<CompleteLimit.attempts {
            if let answer = try await attempt(names, from: start) { return answer }
        }
        throw .useless(
            "is by another index head each time, and its pages were asked for "
                + "\(CompleteLimit.attempts) times")
    }

    /// Asks once; nil where the index head changed meanwhile.
    private func attempt(
        _ names: [IndexName], from start: UInt64
    ) async throws(CompleteCallError) -> Answer? {
        var head: TransparentIndexHead?
        var proofs: [IndexProof] = []
        for name in names {
            var whole: IndexProof?
            var next: UInt64? = start
            while let from = next {
                let part: CompleteProof
                switch try await page(of: name, from: from) {
                case .proof(let proof): part = proof
                case .notYet: return .notYet
                case .noIndex: return .noIndex
                }
                if let head, head.head != part.head.head { return nil }
                head = head ?? part.head
                let joined = try Self.joined(whole, part.proofs[0])
                next = try following(joined, from)
                whole = joined
            }
            if let whole { proofs.append(whole) }
        }
        guard let head else { return .noIndex }
        do throws(CompleteProofError) {
            return .proof(try CompleteProof(head, proofs))
        } catch {
            preconditionFailure("1 to 8 names are asked about, and none twice: \(error)")
        }
    }

    private func page(
        of name: IndexName, from: UInt64
    ) async throws(CompleteCallError) -> Answer {
        let answer: CompleteAnswer
        do throws(CallError) {
            answer = try await client.complete(name, from: from, limit: entries)
        } catch {
            throw .ledger(error)
        }
        let bytes: [UInt8]
        switch answer {
        case .proof(let proof): bytes = proof
        case .notYet: return .notYet
        case .noIndex: return .noIndex
        }
        let proof: CompleteProof
        do throws(CompleteProofError) {
            proof = try CompleteProof(bytes)
        } catch {
            guard error.isOfNewerVersion else { throw .wrong("is none: \(error)") }
            throw .useless("is of a newer version than this program: \(error)")
        }
        guard proof.proofs.count == 1, proof.proofs[0].name == name else {
            throw .useless("is about another name")
        }
        // Pages before it would be counted as if they followed.
        guard proof.proofs[0].pages.count <= 1 else {
            throw .wrong("has more pages than the one that was asked for")
        }
        return .proof(proof)
    }

    /// Adds the page of one answer to those before it.
    private static func joined(
        _ whole: IndexProof?, _ part: IndexProof
    ) throws(CompleteCallError) -> IndexProof {
        guard let whole else { return part }
        guard whole.path == part.path, whole.end == part.end else {
            throw .wrong("has another path on another page")
        }
        return IndexProof(
            name: part.name, path: part.path, end: part.end, pages: whole.pages + part.pages)
    }

    /// The position from which on entries are missing; nil where none is, or no more are asked
    /// for.
    private func following(
        _ proof: IndexProof, _ from: UInt64
    ) throws(CompleteCallError) -> UInt64? {
        guard case .list(let key, let count, _) = proof.end, key == proof.name.key, from < count
        else { return nil }
        guard let page = proof.pages.last, page.from == from, !page.indexes.isEmpty,
            UInt64(page.indexes.count) <= count - from
        else { throw .wrong("lacks the page from position \(from) on") }
        // By shorter pages a list would be longer than a proof has room for.
        guard UInt64(page.indexes.count) >= min(UInt64(entries), count - from) else {
            throw .wrong("has fewer entries on a page than were asked for")
        }
        let end = from + UInt64(page.indexes.count)
        return end < count && proof.pages.count < pages ? end : nil
    }
}

/// Why a ledger gave no proof of completeness.
package enum CompleteCallError: Error, Hashable {
    /// The ledger did not answer, or said no.
    case ledger(CallError)

    /// What it gave is false; the words go on after "the proof".
    case wrong(String)

    /// What it gave may be true, and is no answer to what was asked; the words go on after "the
    /// proof".
    case useless(String)
}

extension LedgerClient {
    /// Whether a ledger that gives no proofs says that it has index heads.
    func knowsHead() async throws(CompleteCallError) -> Bool {
        do throws(CallError) {
            return try await hasIndexHead()
        } catch {
            throw .ledger(error)
        }
    }
}

extension ProvingError {
    /// Passes on why a ledger gave no proof of completeness.
    init(_ error: CompleteCallError) {
        switch error {
        case .ledger(let error): self = .ledger(error)
        case .wrong(let reason): self = .wrong("the proof of completeness", reason: reason)
        case .useless(let reason): self = .useless("the proof of completeness", reason: reason)
        }
    }
}
