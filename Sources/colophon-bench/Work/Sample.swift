import Studio

/// The statements of one attempt, in the order in which they are sent.
struct Sample {
    /// Statements in one body of `POST /batch`: as many as the ledger takes.
    static let batchItems = 4096

    /// Statements that go first, untimed: they show how large the ledger's write batches get.
    static let warmUp = 3 * batchItems

    /// Requests that one client sends to an idle ledger.
    static let idleRequests = 200

    let records: [SignedRecord]

    /// Statements for `POST /batch`.
    private let batchCount: Int

    /// Signs `count` statements for batches, and half as many again for single requests; the
    /// first has the number `start`.
    init(_ count: Int, from start: Int, workshop: Workshop) throws {
        batchCount = max(count, 2 * Self.warmUp)
        let end = start + batchCount + batchCount / 2 + Self.idleRequests
        records = try workshop.sign(start..<end)
    }

    /// Statements for `POST /batch`.
    var batch: ArraySlice<SignedRecord> { records[..<batchCount] }

    /// Statements for `POST /entries` at full speed.
    var entries: ArraySlice<SignedRecord> { records[batchCount..<batchCount * 5 / 4] }

    /// Statements for an idle ledger.
    var idle: ArraySlice<SignedRecord> {
        records[(batchCount * 5 / 4)...].prefix(Self.idleRequests)
    }

    /// Statements for `POST /entries` at half speed; last, for not all of them may be sent.
    var paced: ArraySlice<SignedRecord> {
        records[(batchCount * 5 / 4 + Self.idleRequests)...]
    }
}
