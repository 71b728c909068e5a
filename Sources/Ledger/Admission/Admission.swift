import Encoding
import LedgerStore
import Manifests
import Merkle
import Provenance

/// Judges the statements of one chunk before they are ordered, side by side with other chunks: no
/// I/O, no lock.
///
/// Its registry is a guess at the one that each statement will find at its place: what was
/// published, and what the chunk's own control statements make of it on the way. So a key can be
/// used in the batch that adds it. Nothing but work depends on the guess: the sequencer judges
/// again each statement that was judged by another registry than the one there (``BatchPlan``).
struct Admission {
    /// The registry below the next statement, as far as can be told.
    private(set) var registry: Registry

    /// Size of the published tree: the least index that a statement can get.
    let size: UInt64

    /// The ledger's clock in POSIX seconds.
    let now: UInt64

    /// The limits on rates that the sender meets; nil where there are none.
    var gate: (any AdmissionGate)?

    /// Whether the hashes of pictures are taken, while their manifests are in hand.
    let takesHashes: Bool

    init(
        by registry: Registry, size: UInt64, now: UInt64, gate: (any AdmissionGate)?,
        takesHashes: Bool
    ) {
        self.registry = registry
        self.size = size
        self.now = now
        self.gate = gate
        self.takesHashes = takesHashes
    }

    /// Checks clock, key, manifest and signature of `draft`, in this order; form comes first.
    ///
    /// A refused statement is a candidate too: at its place another registry may be in force, or
    /// the statement may be known. Thrown is a statement without a name, or over a rate: it leaves
    /// the registry as it was.
    mutating func admit(_ draft: Draft) throws(Refusal) -> Candidate {
        try gate?.checkSender()
        let named = try draft.named.get()
        let statement = named.statement
        try gate?.check(issuer: statement.issuer)
        let manifest = draft.manifest
        let judge = registry.newest
        let decision: Decision
        do throws(Refusal) {
            decision = try decide(statement, manifest)
        } catch {
            // A key is its thumbprint: what its holder did not sign, no registry makes signed.
            let isFinal = error.reason == .signature || error.reason == .malformed
            return Candidate(
                named, manifest: manifest, judgedBy: isFinal ? nil : judge, refusal: error)
        }
        // A control statement has no manifest beside it, and no picture.
        var look = FreshHashes.Look.noHash
        do throws(Refusal) {
            if case .signed(let key) = decision {
                let manifest = try statement.checkContent(manifest, signedBy: key)
                look = takesHashes ? FreshHashes.Look(of: manifest) : .unread
            }
        } catch {
            return Candidate(named, manifest: manifest, judgedBy: nil, refusal: error)
        }
        try gate?.count(issuer: statement.issuer)
        // Not before: what is refused leads nowhere.
        if case .changes(let next) = decision { registry = next }
        return Candidate(named, manifest: manifest, judgedBy: judge, look: look)
    }

    /// What the registry decides about a statement.
    private enum Decision {
        /// It is about artifacts, and this key must have signed it.
        case signed(by: VerificationKey)

        /// It is a control statement, whose signature is checked, and leads to this registry.
        case changes(to: Registry)
    }

    private func decide(
        _ statement: Statement, _ manifest: [UInt8]?
    ) throws(Refusal) -> Decision {
        guard statement.controlManifest != nil else {
            return .signed(by: try registry.judge(statement, with: manifest, now: now))
        }
        guard manifest == nil else {
            throw Refusal(
                .malformed, field: "manifest", rule: "is inside a control statement, not beside it")
        }
        try registry.checkClock(of: statement, now: now)
        // Its place is not known yet; it is above that of the control statement before it.
        var next = registry
        try next.apply(statement, at: max(size, registry.newestIndex + 1))
        return .changes(to: next)
    }
}

extension Registry {
    /// Judges a statement about artifacts by everything that this registry decides, with the
    /// clock where one is given, and returns the key that must have signed it.
    func judge(
        _ statement: Statement, with manifest: [UInt8]?, now: UInt64?
    ) throws(Refusal) -> VerificationKey {
        if let now { try checkClock(of: statement, now: now) }
        let key = try judge(statement)
        if let manifest { try checkSize(ofManifest: manifest.count) }
        return key
    }
}

extension Statement {
    /// Checks what no registry decides, and returns the manifest: it is there, it is the
    /// statement's own, and the key has signed.
    func checkContent(
        _ manifest: [UInt8]?, signedBy key: VerificationKey
    ) throws(Refusal) -> Manifest {
        guard let manifest else {
            throw Refusal(
                .missingManifest, field: "manifest",
                rule: "must be beside the statement, at -65540")
        }
        let read = try Manifest(manifest)
        try check(read)
        try Registry.checkSignature(of: self, by: key)
        return read
    }
}
