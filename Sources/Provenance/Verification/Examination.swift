import Checkpoints
import Encoding
import Manifests
import Merkle

/// One run of the verifier: reads the parts of a file in the order in which they build on each
/// other and notes what it finds.
///
/// Nothing that is not itself verified decides anything (verification.md): a receipt, note, key
/// statement, anchor or manifest that does not hold gets its own finding, and is for every other
/// finding as if it were not there.
struct Examination {
    /// A head that was proven to hold the entry.
    struct ProvenHead {
        let origin: Text
        let index: UInt64
        let size: UInt64
        /// POSIX seconds; nil where the kit does not know who says so.
        let time: UInt64?
        /// The place of its note in `notes`.
        let note: Int
    }

    /// A consistency receipt whose newer head a trusted key signed; whether it leads there from
    /// anywhere is not known yet.
    struct Growth {
        let origin: Text
        let proof: ConsistencyProof
        let newer: Checkpoint
    }

    let kit: TrustKit
    let artifact: Hash?
    let time: UInt64?

    private(set) var findings: [Finding] = []
    private(set) var file: TransparentStatement?
    private(set) var manifest: Manifest?
    var heads: [ProvenHead] = []

    /// The consistency receipts that say something of a head to be believed.
    var growths: [Growth] = []

    /// What the file's receipts claim of their places, proven or not: their order is part of the
    /// file's form, and whether there are any is all that else is read of it.
    var listed: [Receipt] = []
    var hasInclusions = false

    /// The notes of receipts that a trusted key signed.
    var notes: [(signed: SignedCheckpoint, verified: VerifiedCheckpoint)] = []

    /// What need not be checked twice.
    var memory = Memory()

    /// Every head that a trusted key signed, the kit's first: no two of one size may differ.
    var trusted: [Checkpoint]
    private var isSigned = false
    private var isWitnessed = false

    init(kit: TrustKit, artifact: Hash?, time: UInt64?) {
        self.kit = kit
        self.artifact = artifact
        self.time = time
        trusted = [kit.head]
    }

    /// The position proven in the kit's ledger.
    var index: UInt64? {
        heads.first { $0.origin == kit.origin.text }?.index
    }

    var reached: Level? {
        guard isSigned else { return nil }
        guard !heads.isEmpty else { return .signed }
        return isWitnessed ? .witnessed : .logged
    }

    mutating func note(_ check: Check, _ verdict: Verdict, _ detail: String) {
        findings.append(Finding(check, verdict, detail))
    }

    mutating func run(file bytes: [UInt8], extraReceipts: [[UInt8]]) {
        let file: TransparentStatement
        do throws(Refusal) {
            file = try TransparentStatement(bytes)
        } catch {
            note(.statement, error.reason == .unknownType ? .unknown : .refuted, "\(error)")
            return
        }
        self.file = file
        note(.statement, .ok, "is one signed statement, \(file.statement.id)")
        examineManifest(file)
        examineArtifact(file.statement)
        for receipt in file.receipts { examine(receipt: receipt, lenient: false) }
        for receipt in extraReceipts { examine(receipt: receipt, lenient: true) }
        finishReceipts()
        examineAudience(file.statement)
        isSigned = examineSigner(file)
        examineCosignatures()
        examineAnchors(file)
        examineSeen()
    }

    private mutating func examineManifest(_ file: TransparentStatement) {
        if let manifest = file.statement.controlManifest {
            self.manifest = manifest
            return note(.manifest, .ok, "is inside the statement")
        }
        guard let bytes = file.manifest else {
            return note(.manifest, .absent, "was erased or left out; its digest stays proven")
        }
        do throws(Refusal) {
            let manifest = try Manifest(bytes)
            try file.statement.check(manifest)
            self.manifest = manifest
            note(.manifest, .ok, "is the one that was signed, \(manifest.digest)")
        } catch {
            // A type that only a later version knows can be the one that was signed all the same.
            let isSigned = Hash.sha256(bytes) == file.statement.manifestDigest
            let isUnknown = isSigned && error.reason == .predicate
            note(.manifest, isUnknown ? .unknown : .refuted, "\(error)")
        }
    }

    /// Notes whether the statement names the file beside it (verification.md §4).
    ///
    /// A type about something that has a URI has that URI's digest as its subject: it names no
    /// file, not even one that holds just the URI.
    private mutating func examineArtifact(_ statement: Statement) {
        let isAboutFiles = PredicateType.hasArtifact(statement.predicate)
        guard let artifact else {
            return isAboutFiles
                ? note(.artifact, .notChecked, "no artifact was given")
                : note(.artifact, .absent, "a \(statement.predicate) has no artifact")
        }
        if statement.manifestDigest == artifact {
            return note(.artifact, .ok, "is the manifest itself, as signed")
        }
        let isSubject = statement.subjectDigests.contains(artifact)
        if isSubject, isAboutFiles {
            return note(.artifact, .ok, "has SHA-256 \(artifact), as signed")
        }
        if isSubject, !PredicateType.isKnown(statement.predicate) {
            return note(
                .artifact, .unknown,
                "whether a \(statement.predicate) names files is not known here")
        }
        note(
            .artifact, .refuted,
            isAboutFiles
                ? "has SHA-256 \(artifact), which this statement is not about"
                : "has SHA-256 \(artifact); a \(statement.predicate) names none but its manifest")
    }

    /// Compares the audience with the ledgers that are proven to have the entry; where none is,
    /// with the kit's (verification.md §6).
    private mutating func examineAudience(_ statement: Statement) {
        guard let audience = statement.audience else {
            return note(.aud, .absent, "may be registered in any ledger")
        }
        let origins = heads.isEmpty ? [kit.origin.text] : heads.map(\.origin)
        if let other = origins.first(where: { $0 != audience }) {
            note(.aud, .refuted, "is meant for \(audience), not for \(other)")
        } else {
            note(.aud, .ok, "is meant for \(audience)")
        }
    }

    /// Notes whether enough witnesses have seen a head that holds the entry; the line of a known
    /// witness that does not verify is false in every note that is believed.
    private mutating func examineCosignatures() {
        let evaluations = notes.map { kit.policy.evaluate($0.signed, verified: $0.verified) }
        for evaluation in evaluations {
            if let key = evaluation.badKey {
                return note(.cosignatures, .refuted, "that of \(key.name) does not verify")
            }
        }
        guard kit.policy.quorum != .none else {
            return note(.cosignatures, .absent, "the kit asks for no witnesses")
        }
        var earliest: UInt64?
        for head in heads {
            guard case .met(let time) = evaluations[head.note].quorum else { continue }
            earliest = min(earliest ?? time, time)
        }
        guard let earliest else {
            return note(
                .cosignatures, .absent,
                heads.isEmpty
                    ? "no head is proven that could have any"
                    : "too few for the quorum of the kit's policy")
        }
        isWitnessed = true
        note(.cosignatures, .ok, "the quorum was complete at \(Instant(earliest))")
    }
}
