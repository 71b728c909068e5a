import Checkpoints
import Files
import HTTPCalls
import LedgerClient
import Merkle
import Provenance

/// Records that name a head which the PoP had seen get the proof that it is older (record.md §4).
///
/// One proof serves all records with the same two heads, so it is asked for once for all of them,
/// when everything else is done.
extension SpoolSync {
    /// A head that was seen, and the head of a receipt.
    struct SeenPair: Hashable, Sendable {
        let seen: Checkpoint
        let size: UInt64
    }

    /// Takes note of a record that lacks the proof.
    func noteSeen(_ item: Answered) {
        guard let seen = SeenProof.head(before: item.receipt, in: item.content.content) else {
            return
        }
        guard seenCount < SyncLimit.seenRecords else { return sum.withoutProof += 1 }
        seenCount += 1
        let pair = SeenPair(seen: seen, size: item.receipt.head.size)
        unprovenSeen[pair, default: []].append(item.content.record.moved(to: .registered))
    }

    /// Adds the proofs, those first that serve most records, as far as the ledger gives them.
    func proveSeen() async throws(SpoolError) {
        let pairs = unprovenSeen.sorted { $0.value.count > $1.value.count }
        for (pair, records) in pairs.prefix(SyncLimit.seenProofs) where !Task.isCancelled {
            let path: [Hash]
            do throws(CallError) {
                path = try await client.consistency(from: pair.seen.size, to: pair.size)
            } catch {
                onEvent(.seenUnknown(error))
                break
            }
            unprovenSeen[pair] = nil
            seenCount -= records.count
            var rest = records[...]
            while !rest.isEmpty {
                try prove(Array(rest.prefix(SyncLimit.completions)), pair, path)
                rest = rest.dropFirst(SyncLimit.completions)
            }
        }
        sum.withoutProof += seenCount
        (unprovenSeen, seenCount) = ([:], 0)
    }

    private func prove(
        _ records: [SpoolRecord], _ pair: SeenPair, _ path: [Hash]
    ) throws(SpoolError) {
        var proven: [Answered] = []
        for record in records {
            guard let content = try found(record),
                let receipt = receipt(of: content, at: pair.size)
            else { continue }
            do throws(SeenProofError) {
                proven.append(
                    Answered(
                        content: content, receipt: receipt,
                        proof: try SeenProof.receipt(for: receipt, from: pair.seen, path)))
            } catch {
                onEvent(.seenForked(record, pair.seen.size))
            }
        }
        try spool.replace(proven.map { ($0.content.record, whole($0).encoded()) })
        let registered = try spool.folder(.registered)
        do throws(FileError) {
            try registered.synchronize()
        } catch {
            throw .unwritable(error)
        }
        for item in proven { completeCopy(of: item, isFirst: false) }
    }

    /// Reads a record; nil for one that was taken away meanwhile, which needs nothing any more.
    private func found(_ record: SpoolRecord) throws(SpoolError) -> SpoolContent? {
        do throws(SpoolError) {
            return try spool.content(of: record)
        } catch .unreadable(let error) where error.isMissing {
            return nil
        }
    }

    private func receipt(of content: SpoolContent, at size: UInt64) -> FittingReceipt? {
        content.content.receipts.lazy
            .compactMap { try? FittingReceipt($0, for: content.content.statement) }
            .first { $0.head.size == size }
    }
}
