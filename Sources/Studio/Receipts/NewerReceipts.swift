import Checkpoints
package import HTTPCalls
package import LedgerClient
import Merkle
package import Provenance

/// What a ledger has for a record now that the record does not have yet (record.md §2).
///
/// The earliest evidence is never replaced: a head that the file has gets the cosignatures that
/// came later, and the newest cosigned head is added beside it. Only a trust kit can tell which
/// cosignatures are good: without one a file that has a receipt stays as it is.
package struct NewerReceipts: Sendable {
    /// The newest receipt; nil where it says nothing more.
    private let receipt: FittingReceipt?

    /// The consistency receipt from the head that the signer had seen, where the file has none.
    private let seenProof: [UInt8]?

    /// Signature lines for heads that the file has.
    private let lines: [(head: Checkpoint, lines: [NoteSignature])]

    /// The newest receipt that the ledger gave, also where it says nothing more.
    package let newest: FittingReceipt

    private let judge: ReceiptJudge

    /// Asks the ledger about one record, and verifies what it gives.
    package init(
        for record: TransparentStatement, at client: LedgerClient, by judge: ReceiptJudge
    ) async throws(NewerReceiptsError) {
        self.judge = judge
        let statement = record.statement
        let newest = try await Self.newest(of: statement, client, judge)
        self.newest = newest
        do throws(ReceiptError) {
            try judge.check(newest, of: statement)
        } catch {
            throw .receipt(error, newest)
        }
        var record = record
        record.receipts.removeAll { judge.givesWay($0, to: newest, of: statement) }
        let own = Self.own(record.receipts, like: newest, of: statement)
        do throws(ReceiptError) {
            try judge.check(newest, against: own)
        } catch {
            throw .receipt(error, newest)
        }
        lines = try await Self.lines(for: own, newest, of: statement, client, judge)
        guard Self.isBound(newest, beside: own, lines, of: statement, judge) else {
            (receipt, seenProof) = (nil, nil)
            return
        }
        // What proves nothing is held to nothing.
        let proven = own.filter { judge.isProven([$0.bytes], of: statement) }
        try await Self.checkGrowth(of: proven.map(\.head), with: newest, client)
        guard own.isEmpty || judge.kit != nil else {
            (receipt, seenProof) = (nil, nil)
            return
        }
        receipt = newest
        seenProof = try await Self.seenProof(newest, record, client)
    }

    /// Whether a receipt bounds more than those that a file has: the first that proves the entry
    /// does, and one that witnesses have seen, where it is newer or older than all of those.
    private static func isBound(
        _ newest: FittingReceipt, beside own: [FittingReceipt],
        _ lines: [(head: Checkpoint, lines: [NoteSignature])], of statement: Statement,
        _ judge: ReceiptJudge
    ) -> Bool {
        // Receipts of a key that was stolen, or that the kit does not know, prove nothing by it.
        guard !own.isEmpty, judge.isProven(own.map(\.bytes), of: statement) else { return true }
        guard judge.isWitnessed(newest.receipt, of: statement),
            !own.contains(where: { $0.head.size == newest.head.size })
        else { return false }
        var list = judge.list(own.map(\.bytes), of: statement)
        for (head, lines) in lines { list.add(lines, toHeadOf: head) }
        let seen = list.bytes.compactMap { try? Receipt($0) }
            .filter { judge.isWitnessed($0, of: statement) }.map(\.treeSize)
        return seen.allSatisfy { $0 < newest.head.size }
            || seen.allSatisfy { $0 > newest.head.size }
    }

    /// Returns those of a file's receipts that give way: they are to be kept beside the file.
    package func refused(among earlier: [[UInt8]], of statement: Statement) -> [[UInt8]] {
        earlier.filter { judge.givesWay($0, to: newest, of: statement) }
    }

    /// Returns the receipts that a file is to have, which has these receipts now.
    package func receipts(
        beside all: [[UInt8]], of statement: Statement
    ) throws(NewerReceiptsError) -> [[UInt8]] {
        let earlier = all.filter { !judge.givesWay($0, to: newest, of: statement) }
        var list = judge.list(earlier, of: statement)
        for (head, lines) in lines { list.add(lines, toHeadOf: head) }
        if let receipt { list.insert(receipt.bytes, of: receipt.receipt) }
        if let seenProof { list.insert(seenProof) }
        do throws(ReceiptError) {
            // The file may have got others meanwhile.
            try judge.check(newest, against: Self.own(earlier, like: newest, of: statement))
            try judge.check(list.bytes, insteadOf: earlier, of: statement)
        } catch {
            throw .receipt(error, newest)
        }
        return list.bytes
    }

    /// The receipts of the same ledger for the entry, by rising size.
    private static func own(
        _ receipts: [[UInt8]], like newest: FittingReceipt, of statement: Statement
    ) -> [FittingReceipt] {
        receipts.compactMap { try? FittingReceipt($0, for: statement) }
            .filter { $0.head.origin == newest.head.origin }
            .sorted { $0.head.size < $1.head.size }
    }

    // MARK: - What the ledger is asked

    private static func newest(
        of statement: Statement, _ client: LedgerClient, _ judge: ReceiptJudge
    ) async throws(NewerReceiptsError) -> FittingReceipt {
        let answer: ReceiptAnswer
        do throws(CallError) {
            answer = try await client.receipt(of: statement.id)
        } catch {
            guard case .refused(let problem) = error, problem.status == 404 else {
                throw .ledger(error)
            }
            throw .noEntry
        }
        switch answer {
        case .notYet(let retryAfter): throw .notYet(retryAfter: retryAfter)
        case .receipt(let bytes):
            do throws(ReceiptError) {
                return try judge.stripped(
                    FittingReceipt(bytes, for: statement), of: statement)
            } catch {
                throw .receipt(error, nil)
            }
        }
    }

    /// Asks for the cosignatures of the heads that the file has, the earliest first, until one is
    /// witnessed: nothing can say more about how early the entry was seen.
    private static func lines(
        for own: [FittingReceipt], _ newest: FittingReceipt, of statement: Statement,
        _ client: LedgerClient, _ judge: ReceiptJudge
    ) async throws(NewerReceiptsError) -> [(head: Checkpoint, lines: [NoteSignature])] {
        var found: [(head: Checkpoint, lines: [NoteSignature])] = []
        for receipt in own {
            guard !judge.isWitnessed(receipt.receipt, of: statement) else { break }
            let note: [UInt8]?
            if receipt.head == newest.head {
                note = newest.receipt.note
            } else {
                do throws(CallError) {
                    note = try await client.checkpoint(ofSize: receipt.head.size)
                } catch {
                    throw .ledger(error)
                }
            }
            guard let note else { continue }
            let signed = try cosigned(note, like: receipt, newest, judge)
            found.append((receipt.head, signed))
            var list = judge.list([receipt.bytes], of: statement)
            list.add(signed, toHeadOf: receipt.head)
            let isSeen = list.bytes.contains { bytes in
                (try? Receipt(bytes)).map { judge.isWitnessed($0, of: statement) } ?? false
            }
            if isSeen { break }
        }
        // The newest head's other witnesses, where the file has that head already.
        if let same = own.last, same.head == newest.head, let note = newest.receipt.note,
            !found.contains(where: { $0.head == same.head })
        {
            found.append((same.head, try cosigned(note, like: same, newest, judge)))
        }
        return found
    }

    /// Returns the verified cosignatures under a note, which must be of the very head that the file
    /// has.
    private static func cosigned(
        _ note: [UInt8], like receipt: FittingReceipt, _ newest: FittingReceipt,
        _ judge: ReceiptJudge
    ) throws(NewerReceiptsError) -> [NoteSignature] {
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: note)
        } catch {
            throw .ledger(.unexpected("a checkpoint that is none: \(error)"))
        }
        let head = signed.claim
        guard head.origin == receipt.head.origin, head.size == receipt.head.size else {
            throw .ledger(
                .unexpected("the checkpoint of another tree than that of \(receipt.head.size)"))
        }
        guard head.root == receipt.head.root else {
            throw .receipt(.twoTrees(head.size), newest)
        }
        return judge.verifiedLines(of: signed)
    }

    /// Has the ledger show that the new head stands in one log with those beside it in size.
    private static func checkGrowth(
        of heads: [Checkpoint], with newest: FittingReceipt, _ client: LedgerClient
    ) async throws(NewerReceiptsError) {
        let new = newest.head
        if let older = heads.last(where: { $0.size < new.size }) {
            try await check(older, isExtendedBy: new, newest, client)
        }
        if let newer = heads.first(where: { $0.size > new.size }) {
            try await check(new, isExtendedBy: newer, newest, client)
        }
    }

    private static func check(
        _ old: Checkpoint, isExtendedBy new: Checkpoint, _ newest: FittingReceipt,
        _ client: LedgerClient
    ) async throws(NewerReceiptsError) {
        let refusal = ReceiptError.notExtended(old.size, by: new.size)
        let path: [Hash]
        do throws(CallError) {
            path = try await client.consistency(from: old.size, to: new.size)
        } catch {
            // A ledger that has signed the larger head and refuses the proof is no better than one
            // whose proof is wrong.
            guard case .refused = error else { throw .ledger(error) }
            throw .receipt(refusal, newest)
        }
        do throws(ProofError) {
            try ConsistencyProof(oldSize: old.size, newSize: new.size, path: path)
                .verify(old: old.root, new: new.root)
        } catch {
            throw .receipt(refusal, newest)
        }
    }

    private static func seenProof(
        _ receipt: FittingReceipt, _ record: TransparentStatement, _ client: LedgerClient
    ) async throws(NewerReceiptsError) -> [UInt8]? {
        do throws(SeenProofError) {
            return try await SeenProof.receipt(for: receipt, in: record, client, unless: nil)
        } catch {
            throw .seen(error)
        }
    }
}

/// Why a record's receipts were not completed: its file is as it was.
package enum NewerReceiptsError: Error, Hashable {
    /// The ledger did not answer as it should.
    case ledger(CallError)

    /// The ledger has no such entry: submit the record.
    case noEntry

    /// The entry is durable, and its receipt follows.
    case notYet(retryAfter: Duration?)

    /// What the ledger gave proves nothing, or speaks against the file; that is the receipt, where
    /// it could be read.
    case receipt(ReceiptError, FittingReceipt?)

    /// The head that the signer had seen is not proven to be of this log's past.
    case seen(SeenProofError)
}
