/// A rule that an audit holds a log to (audit.md §2).
///
/// The raw value is the word that reports, JSON and events have for it. The order is that of a
/// report: what makes everything else worthless comes first.
package enum AuditRule: String, CaseIterable, Hashable, Sendable {
    /// The log has signed two heads of which neither extends the other.
    case fork

    /// A checkpoint is not a note of its log, or not signed by a key that may sign its size.
    case checkpoint

    /// Fewer witnesses have cosigned the head than the trust kit's policy asks for.
    case quorum

    /// The source shows a smaller head than one that was seen before.
    case behind

    /// A tile contradicts the signed head, each time that it is asked for.
    case tile

    /// An entry bundle contradicts the signed head, each time that it is asked for.
    case bundle

    /// A leaf that the head proves is no statement: nothing of it can be read.
    case leaf

    /// A statement breaks a rule of its form: labels, limits, audience, the manifest's digest.
    case form

    /// A signature does not verify.
    case signature

    /// The signer's key was not known, not valid or not in the role at that place in the log.
    case key

    /// The registration policy at that place in the log does not admit the statement.
    case policy

    /// A control statement does not follow from those before it.
    case control

    /// An index head may not stand where it does or says another map than the entries have, or a
    /// ledger with an index has logged what that cannot hold.
    case index

    /// One statement is in the log twice: two entries have one EntryID.
    case duplicate

    /// Two statements of one issuer have one nonce.
    case nonce

    /// A manifest is not the signed one, or is missing and no erasure statement says so.
    case manifest

    /// An erasure names what is not there, or its manifest is served all the same.
    case erasure

    /// A list that says what the leaves say (`control`, `.well-known/scitt-keys`) says otherwise.
    case published

    /// Evidence about a head is false, or about a head that the log never had.
    case anchor

    /// The newest head is older than a head of a log in use may be.
    case stale

    /// An authority or a calendar that the trust kit names has not dated a head for too long.
    case overdue

    /// The numbers of a PoP's chain have a gap, or two statements have one number.
    case chain

    /// A milestone was rolled back, and its postmortem did not come within 8 business hours.
    case rollback

    /// A statement is of a type that this version does not know: nobody here can judge it.
    case newer

    /// A tile, a manifest or a file of manifests was wrong, and is right now: what a source did.
    case mended

    /// How grave it is where the rule is broken.
    package var weight: AuditFinding.Weight {
        switch self {
        case .fork, .checkpoint, .quorum, .behind, .tile, .bundle, .leaf, .form, .signature, .key,
            .policy, .control, .index, .duplicate, .nonce, .manifest, .erasure, .published, .anchor:
            .violation
        case .stale, .overdue, .chain, .rollback, .newer, .mended: .notice
        }
    }

    /// What it means that the rule is broken, for people who do not know the word.
    package var meaning: String {
        switch self {
        case .fork: "two signed heads contradict each other"
        case .checkpoint: "a checkpoint is not signed as it must be"
        case .quorum: "too few witnesses have seen the head"
        case .behind: "an older head is shown than was seen before"
        case .tile: "a tile contradicts the signed head"
        case .bundle: "a bundle of entries contradicts the signed head"
        case .leaf: "an entry is no statement"
        case .form: "a statement breaks a rule of its form"
        case .signature: "a signature does not verify"
        case .key: "a statement's key was not valid at its place"
        case .policy: "a statement should have been refused"
        case .control: "a control statement does not follow from those before"
        case .index: "the index is not that of the entries"
        case .duplicate: "one statement is in the log twice"
        case .nonce: "two statements of one issuer have one nonce"
        case .manifest: "a manifest is missing or is another one"
        case .erasure: "an erasure is not what it says"
        case .published: "a published list is not what the entries say"
        case .anchor: "evidence about a head is false"
        case .stale: "the newest head is old"
        case .overdue: "a head was not dated in time"
        case .chain: "a PoP's numbers have a gap"
        case .rollback: "a rollback has no postmortem in time"
        case .newer: "a statement is of a type newer than this program"
        case .mended: "a file was wrong before, and is right now"
        }
    }
}
