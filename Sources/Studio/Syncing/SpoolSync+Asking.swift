import LedgerClient
import Provenance

/// Records that were sent before: the ledger is asked which it has.
extension SpoolSync {
    /// A record by its name and that of its entry, without its bytes.
    struct Named: Sendable {
        let record: SpoolRecord
        let entry: EntryID
    }

    /// Finds out which of the records that were sent before the ledger has.
    ///
    /// What a request has brought before it broke off is what it began with. So of many records a
    /// few are asked about, and those before the last that is known are left in ``arrived``: they
    /// are asked about beside what is sent next, which need not wait for their receipts. All others
    /// are left in ``unknown``. Where that is wrong, a statement is sent again, or a question is
    /// answered with no, and nothing is lost.
    func probe(_ sent: [SpoolRecord], _ end: inout PassEnd) async throws(SpoolError) {
        arrived = sent.filter { following.contains($0.key) }
        let doubtful = sent.filter { !following.contains($0.key) }
        let places = Self.probes(among: doubtful.count)
        try await ask(about: places.map { doubtful[$0] }, limit: places.count, &end) {
            $0.take($1, aboutSent: $2)
        }
        guard end.failure == nil, !Task.isCancelled else { return }
        let last = places.last { known.contains(doubtful[$0].key) } ?? -1
        let asked = Set(places)
        for (place, record) in doubtful.enumerated() where !asked.contains(place) {
            if place < last { arrived.append(record) } else { unknown.append(record) }
        }
    }

    /// Places among so many, evenly, with the last; all of them where they are few.
    private static func probes(among count: Int) -> [Int] {
        guard count > SyncLimit.probes else { return Array(0..<count) }
        return (1...SyncLimit.probes).map { $0 * count / SyncLimit.probes - 1 }
    }

    /// Asks about the first of these records, as many as `limit`, and gives each answer to `take`.
    private func ask(
        about records: [SpoolRecord], limit: Int, _ end: inout PassEnd,
        _ take: @escaping @Sendable (isolated SpoolSync, DeliveryAnswer, SpoolRecord) -> Void
    ) async throws(SpoolError) {
        var rest = records[...]
        let asked = try names(from: &rest, limit: limit)
        guard !asked.isEmpty else { return }
        sum.requests += 1
        sum.asked += asked.count
        let delivery = await client.deliver(
            asked.map { .question($0.entry) }, gzip: false
        ) { index, answer in
            await take(self, answer, asked[index].record)
        }
        try settle()
        note(delivery, filling: asked.count * SyncLimit.questionBytes, &end)
    }

    /// Asks about records that are held back: somebody may have registered one by its copy beside
    /// the work.
    func askAboutHeld(_ end: inout PassEnd) async throws(SpoolError) {
        guard !held.isEmpty, end.failure == nil, !Task.isCancelled, nextHeldQuestion <= .now
        else { return }
        nextHeldQuestion = .now + SyncLimit.longestPause
        let records = held.values.map(\.record).sorted { $0.number < $1.number }
        try await ask(about: records, limit: window.questionCount, &end) {
            $0.take($1, aboutHeld: $2)
        }
    }

    private func take(_ answer: DeliveryAnswer, aboutHeld record: SpoolRecord) {
        answers += 1
        switch answer {
        case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
            held[record.key] = nil
            guard let content = content(of: record) else { return }
            take(receipt: receipt, of: content)
        case .accepted(.pending), .unknown, .refused: break
        }
    }

    /// Takes records off the front, by the names of their entries.
    ///
    /// One that has its receipt already, because a sync was killed when it was about to move it, is
    /// not asked about.
    func names(
        from rest: inout ArraySlice<SpoolRecord>, limit: Int
    ) throws(SpoolError) -> [Named] {
        var names: [Named] = []
        while names.count < limit, let record = rest.popFirst() {
            guard let content = content(of: record) else { continue }
            if let receipt = ownReceipt(of: content) {
                known.insert(record.key)
                try add(Answered(content: content, receipt: receipt))
            } else {
                names.append(Named(record: record, entry: content.id))
            }
        }
        try settle()
        return names
    }

    /// Takes the answer to the question about a record that was sent before.
    func take(_ answer: DeliveryAnswer, aboutSent record: SpoolRecord) {
        answers += 1
        switch answer {
        case .accepted(.registered(let receipt)), .accepted(.known(let receipt)):
            known.insert(record.key)
            guard let content = content(of: record) else { return }
            take(receipt: receipt, of: content)
        case .accepted(.pending):
            known.insert(record.key)
            follow(record)
        case .unknown, .refused:
            // Also where the ledger has taken it before, and lost it: it is sent again.
            following.remove(record.key)
            unknown.append(record)
        }
    }
}
