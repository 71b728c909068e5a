package import Merkle

extension Verifier {
    /// Examines a proof of completeness beside no record, and speaks of one file as of this file.
    ///
    /// - Parameters:
    ///   - complete: The bytes of a ``CompleteProof``.
    ///   - artifact: The SHA-256 of the file that whoever reads the words looks at; nil where there
    ///     is none.
    ///   - shown: Entries that are shown: a listing of which all are shown is *all*.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future.
    package func verify(
        complete: [UInt8], of artifact: Hash?, shown: ShownEntries, time: UInt64
    ) -> Report.Completeness {
        var reader = HeadReader(kit)
        let found = CompletenessFound(
            in: [complete], about: CompleteSubject(shown: shown, of: artifact), after: [],
            believing: BelievedHeads(kit.head), at: time, by: self, &reader)
        return found.proofs[0]
    }
}
