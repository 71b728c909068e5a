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

    /// Checks clock, key, manifest and signature of `draft`, in this order; form comes first.
    func admit(_ draft: Draft) throws(Refusal) -> Candidate {
        try gate?.checkSender()
        let named = try draft.named.get()
        let statement = named.statement
        try gate?.check(issuer: statement.issuer)
        try registry.checkClock(of: statement, now: now)
        if statement.controlManifest != nil {
            guard draft.submission?.manifest == nil else {
                throw Refusal(
                    .malformed, field: "manifest",
                    rule: "is inside a control statement, not beside it")
            }
            var trial = registry
            try trial.apply(statement, at: size)
            try gate?.count(issuer: statement.issuer)
            return Candidate(named, manifest: nil, registrySequence: registry.sequence)
        }
        let key = try registry.judge(statement)
        guard let bytes = draft.submission?.manifest else {
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
        return Candidate(named, manifest: bytes, registrySequence: registry.sequence)
    }
}
