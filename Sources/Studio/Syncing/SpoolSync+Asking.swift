import LedgerClient
import Provenance

/// Records that were sent before: the ledger is asked which it has.
extension SpoolSync {
    /// A record by its name and that of its entry, without its bytes.
    private struct Named: Sendable {
        let record: SpoolRecord
        let entry: EntryID
    }

    /// Asks about `records`, completes those that are entries, and leaves those that are none in
    /// ``unknown``.
    func ask(about records: [SpoolRecord], _ end: inout PassEnd) async throws(SpoolError) {
        var rest = records[...]
        while !rest.isEmpty, end.failure == nil, !Task.isCancelled {
            let asked = try names(from: &rest)
            guard !asked.isEmpty else { continue }
            sum.requests += 1
            sum.asked += asked.count
            let delivery = await client.deliver(
                asked.map { .question($0.entry) }, gzip: false
            ) { index, answer in
                await self.take(answer, aboutSent: asked[index].record)
            }
            try settle()
            note(delivery, filling: asked.count * SyncLimit.questionBytes, &end)
        }
    }

    /// Takes records for one request off the front, by the names of their entries.
    ///
    /// One that has its receipt already, because a sync was killed when it was about to move it, is
    /// not asked about.
    private func names(from rest: inout ArraySlice<SpoolRecord>) throws(SpoolError) -> [Named] {
        var names: [Named] = []
        while names.count < window.questionCount, let record = rest.popFirst() {
            guard let content = content(of: record) else { continue }
            if let receipt = ownReceipt(of: content) {
                try add(Answered(content: content, receipt: receipt))
            } else {
                names.append(Named(record: record, entry: content.id))
            }
        }
        try settle()
        return names
    }

    /// Takes the answer to the question about a record that was sent before.
    private func take(_ answer: DeliveryAnswer, aboutSent record: SpoolRecord) {
        answers += 1
        switch answer {
        case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
            guard let content = content(of: record) else { return }
            take(receipt: receipt, of: content)
        case .accepted(.pending):
            follow(record)
        case .unknown, .refused:
            // Also where the ledger has taken it before, and lost it: it is sent again.
            following.remove(record.key)
            unknown.append(record)
        }
    }
}
