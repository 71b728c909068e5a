extension Verifier {
    /// Says what of the evidence beside an index head is *false*; nil where none of it is.
    ///
    /// For who has the log, and has found the head to be an entry of it: then a receipt that is
    /// false says nothing of the ledger, and the file with it is damaged. What the head itself says
    /// is not judged here.
    ///
    /// - Parameter time: Now, in POSIX seconds, for heads that claim to be from the future; nil
    ///   skips it.
    package func falsehood(beside head: TransparentIndexHead, time: UInt64?) -> String? {
        var reader = HeadReader(kit)
        let standing = IndexHeadStanding(
            of: head, believing: BelievedHeads(kit.head), at: time, by: self, &reader)
        let ofHead: Set<Check> = [.signature, .issuer, .statement]
        return standing.findings.first {
            $0.verdict == .refuted && !ofHead.contains($0.check)
        }?.words
    }
}
