import Encoding
import HTTPCalls
import IndexMap
import Provenance
import Studio

/// How each of several records is judged: by whom, and what is asked of it.
struct RecordJudging {
    let verifier: Verifier
    let names: Names

    /// How the trust kit was named.
    let kit: String

    /// The ledger's address, where the settings name one.
    let address: String?

    /// The ledger at which the newest state was looked up; nil where it was not.
    let online: ServiceURL?

    /// When it is asked, in POSIX seconds.
    let now: UInt64

    let isRecordOnly: Bool
    let issuers: Set<Text>?
    let acceptsSuspect: Bool
    let receipts: [[UInt8]]
    let required: Level?

    /// Proofs of completeness from elsewhere.
    let completes: [[UInt8]]

    /// The listings that must be proven to be complete.
    let kinds: Set<IndexKind>

    /// The entries of all records that are judged.
    let shown: ShownEntries

    /// The records that were read for that.
    let known: KnownRecords

    /// Judges one record.
    func judge(
        _ pair: VerifiedPair, _ console: Console
    ) throws(Failure) -> (report: Report, verdict: VerdictText) {
        let file = try NamedFile.recordBytes(pair.record, known)
        let artifact = try pair.artifact.map { path throws(Failure) in
            try NamedFile.compared(path, with: file, console)
        }
        let report = verifier.verify(
            file: file, artifact: artifact?.digest, recordOnly: isRecordOnly,
            issuers: issuers, acceptSuspect: acceptsSuspect, extraReceipts: receipts,
            time: now, require: required, completes: completes, shown: shown,
            requireComplete: kinds)
        let verdict = VerdictText(
            pair.name, record: pair.record, report, names, ledger: verifier.kit.genesis,
            kit: kit, address: address, file: artifact, online: online, now: now)
        return (report, verdict)
    }
}
