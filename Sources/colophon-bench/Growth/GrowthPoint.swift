/// What things cost at one size of the ledger.
struct GrowthPoint: Codable {
    /// Entries before the measurement.
    let entries: Int

    /// Statements that `POST /batch` took in a second, with all clients and all cores.
    let submitPerSecond: Double

    /// Signature checks in a second on all cores, before and after.
    let verifyPerSecond: Double

    /// Milliseconds to a durable receipt, one client: half of them, and 99 of 100.
    let receiptMedian: Double
    let receiptTail: Double

    /// `GET /entries/{id}` of entries all over the log: answers in a second, and microseconds
    /// that the server computes for one.
    let lookupPerSecond: Double
    let lookupMicroseconds: Double

    /// Seconds from a start to readiness, after the server was killed while it worked.
    let startSeconds: Double

    /// MiB that were resident at most.
    let memory: Double

    /// Bytes on the disk for each entry, and those of its statement and manifest.
    let diskBytes: Double
    let contentBytes: Double

    /// Microseconds of the whole machine for one submitted statement.
    var submitMicroseconds: Double { 1e6 / submitPerSecond }

    /// The rate of submissions in units of the rate of signature checks.
    var submitShare: Double { submitPerSecond / verifyPerSecond }
}
