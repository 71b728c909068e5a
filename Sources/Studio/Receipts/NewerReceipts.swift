import Checkpoints
import Encoding
package import HTTPCalls
package import LedgerClient
import Merkle
package import Provenance

/// What a ledger has for a record now that the record does not have yet (record.md §2, §5).
///
/// The earliest evidence is never replaced: a head that the file has gets the cosignatures that
/// came later; the first head that holds the entry, the first that witnesses have seen and the
/// newest are added beside it, and of each authority the earliest token. Only a trust kit can tell
/// which cosignatures and tokens are good: without one a file that has a receipt stays as it is.
package struct NewerReceipts: Sendable {
    /// The receipts that say something more, by rising size.
    private let receipts: [FittingReceipt]

    /// The consistency receipt from the head that the signer had seen, where the file has none.
    private let seenProof: [UInt8]?

    /// Signature lines for heads that the file has.
    private let lines: [(head: Checkpoint, lines: [NoteSignature])]

    /// Anchors that the kit lets a file take.
    private let anchors: [CBORMap]

    /// What is wrong with anchors that the ledger gave, in words for a person.
    package let refusedAnchors: [String]

    /// How many tokens the ledger gave that nobody here can verify: the kit does not know their
    /// authorities.
    package let openTokens: Int

    /// The newest receipt that the ledger gave, also where it says nothing more.
    package let newest: FittingReceipt

    /// How often the ledger says that there may be more.
    package let intervals: PromisedIntervals

    private let judge: ReceiptJudge

    /// Asks the ledger about one record, and verifies what it gives.
    package init(
        for record: TransparentStatement, at client: LedgerClient, by judge: ReceiptJudge
    ) async throws(NewerReceiptsError) {
        self.judge = judge
        let statement = record.statement
        let served = try await ServedRecord(of: statement, at: client, by: judge)
        (newest, intervals) = (served.newest, served.intervals)
        try Self.check(newest, of: statement, judge)
        var record = record
        record.receipts.removeAll { judge.givesWay($0, to: served.newest, of: statement) }
        let own = Self.own(record.receipts, like: newest, of: statement)
        var given = [newest]
        // Without a kit nobody can say whether they bound more than what a file has.
        if own.isEmpty || judge.kit != nil {
            // A head that the file has, and nobody else has seen, is no news.
            let earlier = served.earlier.filter { receipt in
                !own.contains { $0.head == receipt.head }
                    || judge.isWitnessed(receipt.receipt, of: statement)
            }
            given = try Self.proven(earlier, beside: newest, of: statement, judge) + given
        }
        for receipt in given { try Self.check(receipt, against: own, judge) }
        lines = try await Self.lines(for: own, given, of: statement, client, judge)
        // What proves nothing is held to nothing.
        let proven = own.filter { judge.isProven([$0.bytes], of: statement) }
        let bounding = Self.bounding(given, beside: own, proven, lines, of: statement, judge)
        try await LogGrowth(newest, client).check(bounding.map(\.head), among: proven.map(\.head))
        receipts = own.isEmpty || judge.kit != nil ? bounding : []
        let sought = receipts.contains(newest)
        seenProof = sought ? try await Self.seenProof(newest, record, client) : nil
        let news = try await NewerAnchors(
            for: record, of: served.anchors, beside: (proven + given), client, judge)
        (anchors, refusedAnchors, openTokens) = (news.taken, news.refused, news.openTokens)
    }

    /// Those of the earlier receipts that the kit finds proven; one whose keys it does not know, or
    /// suspects, is left out.
    private static func proven(
        _ earlier: [FittingReceipt], beside newest: FittingReceipt, of statement: Statement,
        _ judge: ReceiptJudge
    ) throws(NewerReceiptsError) -> [FittingReceipt] {
        var proven: [FittingReceipt] = []
        for receipt in earlier {
            do throws(ReceiptError) {
                try judge.check(receipt, of: statement)
                try judge.check(receipt, against: [newest])
                proven.append(receipt)
            } catch .unproven(_, isUnknown: true) {
                continue
            } catch {
                throw .receipt(error, receipt)
            }
        }
        return proven
    }

    private static func check(
        _ given: FittingReceipt, of statement: Statement, _ judge: ReceiptJudge
    ) throws(NewerReceiptsError) {
        do throws(ReceiptError) {
            try judge.check(given, of: statement)
        } catch {
            throw .receipt(error, given)
        }
    }

    private static func check(
        _ given: FittingReceipt, against own: [FittingReceipt], _ judge: ReceiptJudge
    ) throws(NewerReceiptsError) {
        do throws(ReceiptError) {
            try judge.check(given, against: own)
        } catch {
            throw .receipt(error, given)
        }
    }

    /// Returns those of the ledger's receipts that bound more than those that a file has: the
    /// first that proves the entry does, one that is earlier than all that prove it, and one that
    /// witnesses have seen, where it is newer or older than all of those.
    private static func bounding(
        _ given: [FittingReceipt], beside own: [FittingReceipt], _ proven: [FittingReceipt],
        _ lines: [(head: Checkpoint, lines: [NoteSignature])], of statement: Statement,
        _ judge: ReceiptJudge
    ) -> [FittingReceipt] {
        var list = judge.list(own.map(\.bytes), of: statement)
        for (head, lines) in lines { list.add(lines, toHeadOf: head) }
        var seen = list.bytes.compactMap { try? Receipt($0) }
            .filter { judge.isWitnessed($0, of: statement) }.map(\.treeSize)
        var sizes = Set(own.map(\.head.size))
        // Receipts of a key that was stolen, or that the kit does not know, prove nothing by it.
        let isProven = !own.isEmpty && judge.isProven(own.map(\.bytes), of: statement)
        let earliest = proven.map(\.head.size).min() ?? .max
        return given.enumerated().filter { place, receipt in
            let size = receipt.head.size
            let isLast = place == given.count - 1
            let isWitnessed = judge.isWitnessed(receipt.receipt, of: statement)
            let bounds =
                place == 0 && size < earliest
                || (isWitnessed && (seen.allSatisfy { $0 < size } || seen.allSatisfy { $0 > size }))
            guard (bounds && !sizes.contains(size)) || (isLast && !isProven) else { return false }
            if isWitnessed { seen.append(size) }
            sizes.insert(size)
            return true
        }.map(\.element)
    }

    /// Returns those of a file's receipts that give way: they are to be kept beside the file.
    package func refused(among earlier: [[UInt8]], of statement: Statement) -> [[UInt8]] {
        earlier.filter { judge.givesWay($0, to: newest, of: statement) }
    }

    /// Returns the record that a file is to have, which has this one now.
    package func completed(
        _ record: TransparentStatement
    ) throws(NewerReceiptsError) -> TransparentStatement {
        let statement = record.statement
        let earlier = record.receipts.filter { !judge.givesWay($0, to: newest, of: statement) }
        var list = judge.list(earlier, of: statement)
        for (head, lines) in lines { list.add(lines, toHeadOf: head) }
        for receipt in receipts { list.insert(receipt.bytes, of: receipt.receipt) }
        if let seenProof { list.insert(seenProof) }
        var (before, completed) = (record, record)
        before.receipts = earlier
        completed.receipts = list.bytes
        let dated = anchorList(of: record, beside: list.bytes).maps
        do throws(ReceiptError) {
            // The file may have got others meanwhile.
            try judge.check(newest, against: Self.own(earlier, like: newest, of: statement))
            try judge.check(completed, insteadOf: before)
        } catch {
            throw .receipt(error, newest)
        }
        // Each anchor by itself may hold, and not beside the rest.
        var whole = completed
        whole.anchors = dated
        if (try? judge.check(whole, insteadOf: completed)) != nil { completed = whole }
        return completed
    }

    /// The anchors that a file is to have, and what is to be taken out of it.
    package func removedAnchors(of record: TransparentStatement) -> [[UInt8]] {
        anchorList(of: record, beside: [newest.bytes]).removed.map { CBOR.map($0.map).encoded() }
    }

    private func anchorList(
        of record: TransparentStatement, beside receipts: [[UInt8]]
    ) -> AnchorList {
        let given = anchors.filter { !record.anchors.contains($0) }
        func weighed(_ map: CBORMap, beside receipts: [[UInt8]]) -> WeighedAnchor {
            judge.weigh(map, beside: receipts, of: record.statement)
        }
        // What the file has is judged by what it has: what is new takes nothing out.
        var list = AnchorList(record.anchors.map { weighed($0, beside: record.receipts) })
        list.add(given.map { weighed($0, beside: receipts) })
        return list
    }

    /// The receipts of the same ledger for the entry, by rising size.
    private static func own(
        _ receipts: [[UInt8]], like newest: FittingReceipt, of statement: Statement
    ) -> [FittingReceipt] {
        receipts.compactMap { try? FittingReceipt($0, for: statement) }
            .filter { $0.head.origin == newest.head.origin }
            .sorted { $0.head.size < $1.head.size }
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

    /// The ledger's newest head for the entry is older than one that the file has, and it does not
    /// know that one: it may be a copy that is behind. Ask again later.
    case behind(size: UInt64, known: UInt64)

    /// What the ledger gave proves nothing, or speaks against the file; that is the receipt, where
    /// it could be read.
    case receipt(ReceiptError, FittingReceipt?)

    /// The head that the signer had seen is not proven to be of this log's past.
    case seen(SeenProofError)
}
