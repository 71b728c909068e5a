public import Checkpoints
public import IndexMap
public import Manifests

/// The answer to "what is proven here?": never a bare boolean (verification.md §2, §9).
public struct Report: Sendable {
    /// A tree size and the time of its head: the state of the log that the answer is as of.
    public struct AsOf: Hashable, Sendable {
        /// The kit's tree size.
        public let size: UInt64

        /// The time of the kit's head in POSIX seconds.
        public let time: UInt64
    }

    /// A head that the signer had seen: the statement was signed after it (record.md §4).
    ///
    /// It stands in this log, below the entry.
    public struct LowerBound: Hashable, Sendable {
        /// Its tree size.
        public let size: UInt64

        /// When the quorum of the kit's witnesses had seen it, in POSIX seconds.
        ///
        /// The statement has their signatures in it. Nil where the kit asks for none, or where too
        /// few have signed.
        public let time: UInt64?

        /// The kit's witnesses who have, in its order.
        public let witnesses: [PolicyWord]
    }

    /// The statement's name; nil where the file could not be read as a statement.
    public let entry: EntryID?

    /// The level that had to be reached.
    public let required: Level

    /// The highest level that was reached, which false findings do not lower; nil for none.
    public let reached: Level?

    /// Whether the record alone was asked about, and no file that it names.
    public let isRecordOnly: Bool

    /// Whether the asker takes what a key signed while it is suspect.
    public let acceptsSuspect: Bool

    /// Whether the file is not even one COSE message: damaged, cut off, or something else.
    public let isDamaged: Bool

    /// The origin of the kit's ledger, in which ``index`` is a position.
    public let origin: Origin

    /// Size and time of the kit's head.
    public let asOf: AsOf

    /// Everything that was found, in the order of ``Check``.
    public let findings: [Finding]

    /// The signer; nil where the file could not be read as a statement.
    public let signer: Signer?

    /// The position that is proven in the kit's ledger; nil where none is.
    public let index: UInt64?

    /// Whether the record speaks of an entry that is newer than the kit: with a newer kit the
    /// answer may be another one.
    ///
    /// Advice and no finding: where nothing is proven it is what the receipts claim.
    public let isNewerThanKit: Bool

    /// The time of the earliest proven head that holds the entry, in POSIX seconds.
    public let loggedAt: UInt64?

    /// What the witnesses of the kit have seen of the heads that hold the entry; nil where the file
    /// could not be read as a statement.
    public let witnessing: Witnessing?

    /// What each anchor of the record is worth, in the order of the file.
    public let evidence: [Evidence]

    /// By when the entry existed, by the earliest that witnesses, authorities and blocks say.
    ///
    /// None of them is the ledger's own word. Nil where none of them says anything that holds.
    public let existedBy: Bound?

    /// The head before which the statement was not signed; nil where nothing proves one.
    public let notBefore: LowerBound?

    /// The statement that has the bytes of the manifest removed from the ledger; nil where the kit
    /// has none.
    ///
    /// It decides nothing: the entry stays in the log.
    public let erasure: TrustKit.Erasure?

    /// The statement, where the file holds one; its claims are the signer's.
    public let statement: Statement?

    /// The manifest, where it is there and the statement is about it.
    public let manifest: Manifest?

    /// What the proofs of completeness show, those of the file first; empty where there are none.
    public let completeness: [Completeness]

    /// The kinds of names whose listing had to be proven to be complete.
    public let requiredComplete: Set<IndexKind>

    /// The names of the record that a listing may be required of; empty where it was not read.
    let names: [IndexName]

    /// The levels for which nobody is named: they are not reached, nor needed for those after them.
    let passedOver: Set<Level>

    /// Whether nobody is named who could make the record reach a level.
    public func namesNobody(for level: Level) -> Bool { passedOver.contains(level) }

    /// Whether the statement names the file that it was compared with.
    public var isAboutArtifact: Bool {
        findings.contains { $0.check == .artifact && $0.verdict == .ok }
    }

    /// Whether the entry is suspect: the signature holds, and the key may have been another's.
    public var isSuspect: Bool {
        findings.contains { $0.verdict == .suspect }
    }

    /// Whether the answer is yes (verification.md §2): see ``outcome`` for why it is not.
    ///
    /// The required level was reached, nothing is false, nothing is suspect that is not accepted,
    /// and the statement names the artifact. Where the question is about the record alone, the
    /// artifact is not asked for.
    public var ok: Bool { outcome == .verified }
}
