/// Verifies records one after the other, each as ``Verifier`` verifies a record alone.
///
/// What several share is checked once: the note and the signature of a head in which they have
/// receipts. What was checked is kept as long as the run is, so a run is of a few records.
package struct VerifierRun {
    private let verifier: Verifier
    private var reader: HeadReader

    /// Begins a run that trusts `kit`, and nobody about evidence of time.
    package init(_ kit: TrustKit) {
        verifier = Verifier(kit)
        reader = HeadReader(kit)
    }

    /// Examines a record; `time` is now in POSIX seconds.
    package mutating func verify(_ record: [UInt8], time: UInt64) -> Report {
        verifier.verify(record: record, time: time, &reader)
    }
}
