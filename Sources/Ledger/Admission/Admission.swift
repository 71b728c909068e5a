import Encoding
import Merkle
import Provenance

/// Refuses everything that can be refused without knowing the order: pure, parallel, no lock.
struct Admission {
    let registry: Registry

    /// Size of the published tree: the least index that the statement can get.
    let size: UInt64

    /// The ledger's clock in POSIX seconds.
    let now: UInt64

    /// The limits on rates that the sender meets; nil where there are none.
    var gate: (any AdmissionGate)?

    /// Checks form, manifest, clock, key and signature of `submission`, in this order.
    func admit(_ submission: Submission) throws(Refusal) -> Candidate {
        try gate?.checkSender()
        let statement = try submission.statement()
        try gate?.check(issuer: statement.issuer)
        try registry.checkClock(of: statement, now: now)
        if statement.controlManifest != nil {
            guard submission.manifest == nil else {
                throw Refusal(
                    .malformed, field: "manifest",
                    rule: "is inside a control statement, not beside it")
            }
            var trial = registry
            try trial.apply(statement, at: size)
            try gate?.count(issuer: statement.issuer)
            return Candidate(statement, manifest: nil, registrySequence: registry.sequence)
        }
        let key = try registry.judge(statement)
        guard let bytes = submission.manifest else {
            throw Refusal(
                .missingManifest, field: "manifest",
                rule: "must be beside the statement, at -65540")
        }
        guard bytes.count <= registry.policy.settings.manifestBytes else {
            throw Refusal(
                .tooLarge, field: "manifest",
                rule: "must not exceed \(registry.policy.settings.manifestBytes) bytes")
        }
        try statement.check(try Manifest(bytes))
        try Registry.checkSignature(of: statement, by: key)
        try gate?.count(issuer: statement.issuer)
        return Candidate(statement, manifest: bytes, registrySequence: registry.sequence)
    }
}
