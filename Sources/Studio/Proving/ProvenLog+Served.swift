import Checkpoints
import HTTPCalls
import LedgerClient
import LogReader
import Manifests
import Merkle
import Provenance

/// Which answer of a ledger a proof is taken from.
package enum ServedForm: Hashable, Sendable {
    /// Its receipt (RFC 9942).
    case receipt

    /// Its proof as text (C2SP tlog-proof).
    case tlogProof
}

/// Proofs by a ledger's own answers.
extension ProvenLog {
    /// Entries of one artifact that are taken: a person reads no more.
    static let listLimit = 1_000

    /// Returns the entry of this name, by the ledger's answer.
    ///
    /// - Parameters:
    ///   - known: its statement, where that is at hand.
    ///   - index: where it must be; nil where that is not known.
    func served(
        _ entry: EntryID, _ known: Statement? = nil, at index: UInt64? = nil, as form: ServedForm,
        from client: LedgerClient
    ) async throws(ProvingError) -> ProvenLeaf {
        let statement: Statement
        if let known {
            statement = known
        } else {
            statement = try await self.statement(entry, from: client)
        }
        let leaf =
            switch form {
            case .receipt: try await receipt(of: statement, from: client)
            case .tlogProof: try await tlogProof(of: statement, from: client)
            }
        if let index, index != leaf.proof.index {
            throw .wrong(
                "the place of entry \(entry)",
                reason: "is \(leaf.proof.index) by its proof, and \(index) by what named it")
        }
        return leaf
    }

    /// Returns each entry that the ledger lists of an artifact, in the order of the log.
    func served(
        artifact digest: Hash, picked: [EntryID], as form: ServedForm, from client: LedgerClient
    ) async throws(ProvingError) -> [ProvenLeaf] {
        let listed: [ListedEntry]?
        do throws(CallError) {
            listed = try await client.all(of: .artifact(digest), limit: Self.listLimit)
        } catch {
            throw .ledger(error)
        }
        guard let listed else { throw .tooMany(limit: Self.listLimit) }
        if let lacking = picked.first(where: { entry in !listed.contains { $0.entry == entry } }) {
            throw .noEntry("\(lacking) among the entries of the artifact")
        }
        var leaves: [ProvenLeaf] = []
        for due in listed where picked.isEmpty || picked.contains(due.entry) {
            let leaf = try await served(due.entry, at: due.index, as: form, from: client)
            guard leaf.statement?.subjectDigests.contains(digest) == true else {
                throw .wrong(
                    "the list of the artifact's entries",
                    reason: "has \(due.entry), whose statement does not name the artifact")
            }
            leaves.append(leaf)
        }
        guard !leaves.isEmpty else { throw .noEntry("an entry of the artifact") }
        return leaves
    }

    private func statement(
        _ entry: EntryID, from client: LedgerClient
    ) async throws(ProvingError) -> Statement {
        let leaf: [UInt8]
        do throws(CallError) {
            leaf = try await client.statement(entry)
        } catch {
            throw Self.absence(of: entry, error)
        }
        guard EntryID(ofLeaf: leaf) == entry else {
            throw .wrong("the statement of entry \(entry)", reason: "is another one")
        }
        return try Self.statement(leaf, "entry \(entry)")
    }

    /// Reads a leaf that is known to be the one that is meant.
    static func statement(_ leaf: [UInt8], _ name: String) throws(ProvingError) -> Statement {
        do throws(Refusal) {
            return try Statement(leaf: leaf)
        } catch {
            throw .wrong(name, reason: "is no statement: \(error)")
        }
    }

    /// Says that there is no such entry, where the ledger says so.
    private static func absence(of entry: EntryID, _ error: CallError) -> ProvingError {
        guard case .refused(let problem) = error, problem.status == 404 else {
            return .ledger(error)
        }
        return .noEntry("\(entry)")
    }

    // MARK: - Receipts

    private func receipt(
        of statement: Statement, from client: LedgerClient
    ) async throws(ProvingError) -> ProvenLeaf {
        let answer: ReceiptAnswer
        do throws(CallError) {
            answer = try await client.receipt(of: statement.id)
        } catch {
            throw Self.absence(of: statement.id, error)
        }
        guard case .receipt(let bytes) = answer else { throw .notYet }
        let fitting: FittingReceipt
        do throws(ReceiptError) {
            fitting = try FittingReceipt(bytes, for: statement)
        } catch {
            throw .receipt(error)
        }
        return try await leaf(fitting, of: statement)
    }

    /// Holds a receipt to what is trusted: its signature to the kit, its note to the log's keys and
    /// the witnesses, its tree to the newest one.
    func leaf(
        _ fitting: FittingReceipt, of statement: Statement
    ) async throws(ProvingError) -> ProvenLeaf {
        guard case .inclusion(let inclusion) = fitting.receipt.proof,
            let note = fitting.receipt.note, let signed = try? SignedCheckpoint(parsing: note)
        else { throw .receipt(.noCheckpoint) }
        // The time is signed with a key that only a kit has.
        let time = trust.receiptKit == nil ? nil : fitting.receipt.issuedAt
        let head = try await accept(signed, time: time)
        if let kit = trust.receiptKit {
            do throws(ReceiptError) {
                try ReceiptJudge(kit).check(fitting, of: statement)
            } catch {
                throw .receipt(error)
            }
        }
        let proof = try Self.proven(inclusion, statement, head)
        return ProvenLeaf(
            proof, head, statement, receipt: trust.receiptKit == nil ? nil : fitting.bytes)
    }

    // MARK: - Proofs as text

    private func tlogProof(
        of statement: Statement, from client: LedgerClient
    ) async throws(ProvingError) -> ProvenLeaf {
        let answer: [UInt8]?
        do throws(CallError) {
            answer = try await client.tlogProof(of: statement.id)
        } catch {
            throw Self.absence(of: statement.id, error)
        }
        guard let bytes = answer else { throw .notYet }
        let served: TLogProof
        do throws(TLogProofError) {
            served = try TLogProof(parsing: bytes)
        } catch {
            throw .wrong("the tlog-proof of entry \(statement.id)", reason: "is none: \(error)")
        }
        let head = try await accept(served.signed, time: nil)
        return ProvenLeaf(try Self.proven(served.inclusion, statement, head), head, statement)
    }

    private static func proven(
        _ inclusion: InclusionProof, _ statement: Statement, _ head: AcceptedHead
    ) throws(ProvingError) -> ProvenEntry {
        do throws(ProofFault) {
            return try ProvenEntry(
                leafHash: .leaf(statement.leaf), inclusion: inclusion, head: head.head)
        } catch {
            throw .wrong("the proof of entry \(statement.id)", reason: "\(error)")
        }
    }

    /// Accepts a head that came beside a proof: signed, seen, and of one log with the newest.
    private func accept(
        _ signed: SignedCheckpoint, time: UInt64?
    ) async throws(ProvingError) -> AcceptedHead {
        let head: AcceptedHead
        do throws(HeadRefusal) {
            head = try trust.open(signed, time: time)
            try trust.requireQuorum(of: head)
        } catch {
            throw .head(error, size: signed.claim.size, file: nil)
        }
        try await requireOneLog(signed, tree.signed)
        return head
    }
}
