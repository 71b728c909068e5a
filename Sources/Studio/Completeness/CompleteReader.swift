import HTTPCalls
package import IndexMap
import LedgerClient
import LogReader
package import Merkle
package import Provenance

/// Gets from a ledger the proof which entries have a name, and that there is no other, and verifies
/// it (index.md §10).
package struct CompleteReader: Sendable {
    /// What a ledger has.
    package enum Outcome: Sendable {
        /// A proof, judged: it may be false.
        case fetched(FetchedComplete)

        /// The ledger's list names this entry and its proof does not, and it is none that is read
        /// here, for this reason.
        case unread(UInt64, String)

        /// No head that the ledger serves covers its newest index head yet.
        case notYet

        /// No proofs are given: there is no index, or no index head yet; or the ledger says that it
        /// has heads.
        case noIndex(hasHeads: Bool)
    }

    private let log: ProvenLog
    private let client: LedgerClient
    private let verifier: Verifier
    private let now: UInt64

    /// Creates a reader of a ledger that may be asked, whose newest head was accepted by `kit`, or
    /// by a newer one that follows from it; by that the proof is judged.
    ///
    /// - Parameter now: this machine's clock, in POSIX seconds.
    package init(_ log: ProvenLog, by kit: TrustKit, now: UInt64 = UTC.now) {
        guard let client = log.client else {
            preconditionFailure("files cannot be asked which entries have a name")
        }
        self.log = log
        self.client = client
        self.now = now
        verifier = Verifier(log.trust.receiptKit ?? kit)
    }

    /// The level that a proof must have where the caller names none.
    package var defaultLevel: Level { verifier.defaultLevel }

    /// Gets the proof of a name, of a long list the entries from position `start` on.
    ///
    /// - Parameters:
    ///   - artifact: the file that the name is of, for words; nil where it is of something else.
    ///   - isShowing: whether the entries that are listed are fetched, at most
    ///     ``CompleteLimit/entries``, so that the listing can be *all*.
    package func read(
        _ name: IndexName, from start: UInt64 = 0, of artifact: Hash? = nil, showing isShowing: Bool
    ) async throws(ProvingError) -> Outcome {
        let proof: CompleteProof
        do throws(CompleteCallError) {
            switch try await CompleteCall(client).ask([name], from: start) {
            case .proof(let answer): proof = answer
            case .notYet: return .notYet
            case .noIndex: return .noIndex(hasHeads: try await client.knowsHead())
            }
        } catch {
            throw ProvingError(error)
        }
        let bytes = proof.encoded()
        let first = judge(bytes, of: artifact)
        try log.requireKnown(first, beside: proof.head)
        guard isShowing, let head = first.head, let answer = first.answers.first,
            answer.count == UInt64(answer.indexes.count),
            answer.indexes.count <= CompleteLimit.entries
        else {
            return .fetched(FetchedComplete(bytes: bytes, completeness: first, entries: []))
        }
        let records = try await ShownRecords(
            of: name, listed: answer.indexes, below: head.size, at: client, by: verifier, now: now)
        let strays = StrayEntries(
            log: log, client: client, kit: verifier.kit, name: name, head: head.entry, proof: bytes)
        var leftOut: LeftOutEntry?
        switch try await strays.look(at: records) {
        case .others: break
        case .leftOut(let entry): leftOut = entry
        case .unread(let index, let reason): return .unread(index, reason)
        }
        return .fetched(
            FetchedComplete(
                bytes: bytes, completeness: judge(bytes, of: artifact, records.shown),
                entries: records.records.map { .init(index: $0.place.index, entry: $0.entry) },
                leftOut: leftOut))
    }

    private func judge(
        _ proof: [UInt8], of artifact: Hash?, _ shown: ShownEntries = .none
    ) -> Report.Completeness {
        verifier.verify(
            complete: proof, comparedWith: artifact, shown: shown, upTo: log.tree.size, time: now)
    }
}

extension ProvenLog {
    /// Says that a key is not known, where somebody who knows newer keys may be asked.
    ///
    /// A head without a receipt has no key that anybody could know.
    func requireKnown(
        _ found: Report.Completeness, beside head: TransparentIndexHead
    ) throws(ProvingError) {
        let isFalse = found.findings.contains { $0.verdict == .refuted }
        guard mayFollow, !isFalse, !head.receipts.isEmpty,
            let unknown = found.findings.first(where: { $0.verdict == .unknown })
        else { return }
        throw .receipt(.unproven(unknown.detail, isUnknown: true))
    }
}
