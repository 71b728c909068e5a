import Manifests

/// The limits of statement.md §2 and record.md §1: each bounds what an attacker would otherwise
/// choose.
public enum Limits {
    /// Bytes of a leaf: room for 64 subjects and an ML-DSA-65 signature, or 200 and any other.
    public static let statementBytes = 8 * 1024

    /// Bytes of a control statement's leaf: its manifest lies inside.
    public static let controlStatementBytes = 24 * 1024

    /// Bytes of a manifest inside a control statement.
    public static let controlManifestBytes = 16 * 1024

    /// Digests that a statement of a foreign type names: those of its manifest, each once.
    public static let foreignSubjects = Manifest.foreignSubjectLimit

    /// Digests that a statement of a type of ours names.
    public static let subjects = Manifest.subjectLimit

    /// Bytes of a record.
    public static let fileBytes = 4 * 1024 * 1024

    /// Bytes of a receipt: a note of 128 KiB and a path of 63 hashes.
    public static let receiptBytes = 136 * 1024

    /// Receipts in one file: the first and the newest are kept.
    public static let receipts = 8

    /// `key` statements in one file.
    public static let issuers = 4

    /// Anchors in one file.
    public static let anchors = 16

    /// Proofs of completeness in one file: the newest, and an older one beside it.
    public static let completes = 2

    /// Bytes of a proof of completeness: it must fit into a record.
    public static let completeBytes = fileBytes

    /// Names that one proof of completeness answers for.
    public static let completeNames = 8

    /// Characters of iss, sub, aud and an origin.
    public static let uriBytes = URISyntax.byteLimit

    /// The largest iat, seq, size and index: what every JSON reader can hold exactly.
    public static let largestInteger: UInt64 = (1 << 53) - 1

    /// Bytes of a nonce, a cti and a chain's id.
    public static let nonceBytes = 16
}
