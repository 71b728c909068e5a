import Checkpoints
public import Encoding
public import IndexMap
import Manifests
public import Merkle

/// Verifies what a record proves, offline, by a trust kit and nothing else.
///
///     let kit = try TrustKit(files)
///     let report = Verifier(kit).verify(file: bytes, artifact: .sha256(photo))
///     print(report.ok, report.reached ?? "nothing")
///
/// There is no clock, no network and no file here: all that is trusted is passed in.
///
/// Verification is a row of steps. Each is a function of the kit and of the steps before it, and
/// gives a value and findings; the file of each says what it takes and what it gives:
///
///     ParsedRecord ─┬─► ArtifactMatch
///                   └─► ProvenHeads ─┬─► AudienceMatch
///                                    ├─► KeyStatements ─► SignerStanding
///                                    └─► LowerBounds ─► EvidenceFound
///     EvidenceFound ─┬─► HeadStanding ─► QuorumReached ─► BoundsAgree
///                    ├─► SeenBound
///                    └─► CompletenessFound ◄─ IndexHeadStanding
///
/// What a refusal in any of them means stands in one table, `Verdict+Refusal.swift`.
public struct Verifier: Sendable {
    /// The trust kit.
    public let kit: TrustKit

    /// What can check the evidence in anchors; without a checker of its type an anchor is not
    /// checked here.
    public let checkers: [EvidenceChecker]

    /// Where in the kit's ledger the caller has proven that a record stands; nil where its receipts
    /// alone say so.
    private let place: UInt64?

    /// Creates a verifier that trusts `kit`, and `checkers` about independent evidence.
    public init(_ kit: TrustKit, checkers: [EvidenceChecker] = []) {
        self.init(kit, checkers, place: nil)
    }

    private init(_ kit: TrustKit, _ checkers: [EvidenceChecker], place: UInt64?) {
        self.kit = kit
        self.checkers = checkers
        self.place = place
    }

    /// Returns a verifier for the record of the entry at `index`, whose path to a head of the kit's
    /// ledger the caller has proven: its key is judged at that place though it has no receipt.
    package func judging(entryAt index: UInt64) -> Verifier {
        Verifier(kit, checkers, place: index)
    }

    /// The level that is required where the caller names none: `witnessed` where the kit's
    /// policy has a quorum, else `logged`.
    public var defaultLevel: Level {
        kit.policy.quorum == .none ? .logged : .witnessed
    }

    /// Examines everything that `file` holds.
    ///
    /// - Parameters:
    ///   - file: The bytes of a record, at most 4 MiB.
    ///   - artifact: The SHA-256 of the file that the answer is about, or nil. The file is the
    ///     artifact, or the manifest's bytes; of another one the finding is *false*.
    ///   - recordOnly: True asks about the record alone. ``Report/ok`` then needs no artifact, and
    ///     vouches for no file. Types without an artifact are judged in this way, and records
    ///     whose artifact is not at hand.
    ///   - issuers: The URIs among which the signer must be; another signer is *false*. Nil takes
    ///     every signer that the kit knows: the caller then has to look at ``Report/signer``.
    ///   - acceptSuspect: True takes what a key signed where it is suspect. ``Report/ok`` then can
    ///     be true of work that a thief of the key made.
    ///   - extraReceipts: Receipts from elsewhere; their unknown labels are passed over.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future; nil skips it.
    ///   - require: The level that must be reached; nil means ``defaultLevel``.
    ///   - completes: Proofs of completeness beside those of the file, each an encoded
    ///     ``CompleteProof``.
    ///   - shown: Other entries that are shown: a listing of which all are shown is *all*.
    ///   - requireComplete: The kinds of names whose listing must be proven to be complete, at the
    ///     level that must be reached.
    public func verify(
        file: [UInt8], artifact: Hash?, recordOnly: Bool = false, issuers: Set<Text>? = nil,
        acceptSuspect: Bool = false, extraReceipts: [[UInt8]] = [], time: UInt64? = nil,
        require: Level? = nil, completes: [[UInt8]] = [], shown: ShownEntries = .none,
        requireComplete: Set<IndexKind> = []
    ) -> Report {
        let asked = Asked(
            artifact: artifact, required: require ?? defaultLevel, isRecordOnly: recordOnly,
            acceptsSuspect: acceptSuspect, complete: requireComplete, completes: completes,
            shown: shown)
        var reader = HeadReader(kit)
        return verify(file, asked, issuers, extraReceipts, time, &reader)
    }

    /// Examines a proof of completeness beside no record: what it says of each name that it has.
    ///
    /// - Parameters:
    ///   - complete: The bytes of a ``CompleteProof``.
    ///   - artifact: The SHA-256 of the file that was asked about, for words; nil for none.
    ///   - shown: Entries that are shown: a listing of which all are shown is *all*.
    ///   - size: The size of a tree of the kit's log that the caller has proven: how many entries
    ///     are not covered is counted up to there, where the kit knows of fewer.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future; nil skips it.
    public func verify(
        complete: [UInt8], comparedWith artifact: Hash? = nil, shown: ShownEntries = .none,
        upTo size: UInt64 = 0, time: UInt64? = nil
    ) -> Report.Completeness {
        let subject = CompleteSubject(shown: shown, comparedWith: artifact)
        return verify([complete], subject, after: [size], time)[0]
    }

    /// Examines proofs of completeness beside no record, one for one and in the same order; where
    /// two contradict each other, both are *false*.
    ///
    /// - Parameters:
    ///   - completes: The bytes of each ``CompleteProof``.
    ///   - shown: Entries that are shown: a listing of which all are shown is *all*.
    ///   - time: Now, in POSIX seconds, for heads that claim to be from the future; nil skips it.
    public func verify(
        completes: [[UInt8]], shown: ShownEntries = .none, time: UInt64? = nil
    ) -> [Report.Completeness] {
        verify(completes, CompleteSubject(shown: shown), after: [], time)
    }

    private func verify(
        _ completes: [[UInt8]], _ subject: CompleteSubject, after sizes: [UInt64], _ time: UInt64?
    ) -> [Report.Completeness] {
        var reader = HeadReader(kit)
        let found = CompletenessFound(
            in: completes, about: subject, after: sizes, believing: BelievedHeads(kit.head),
            at: time,
            by: self, &reader)
        return found.proofs
    }

    /// Examines a record alone, as ``VerifierRun`` asks for it.
    func verify(record: [UInt8], time: UInt64?, _ reader: inout HeadReader) -> Report {
        let asked = Asked(
            artifact: nil, required: defaultLevel, isRecordOnly: true, acceptsSuspect: false,
            complete: [],
            completes: [], shown: .none)
        return verify(record, asked, nil, [], time, &reader)
    }

    private func verify(
        _ file: [UInt8], _ asked: Asked, _ issuers: Set<Text>?, _ extraReceipts: [[UInt8]],
        _ time: UInt64?, _ reader: inout HeadReader
    ) -> Report {
        let record: ParsedRecord
        do throws(Refusal) {
            record = try ParsedRecord(file)
        } catch {
            let finding = Finding(.statement, Verdict(error, in: .form), "\(error)")
            return report([finding], asked, isDamaged: !TransparentStatement.isWhole(file))
        }
        let artifactMatch = ArtifactMatch(of: asked.artifact, in: record.statement)
        let heads = ProvenHeads(
            of: record.logged, and: extraReceipts, at: time, placed: place, by: kit,
            believing: BelievedHeads(kit.head), &reader)
        let audience = AudienceMatch(of: record.statement, with: heads, by: kit)
        let keys = KeyStatements(of: record, after: heads, by: kit, &reader)
        let signer = SignerStanding(
            of: record, at: heads, with: keys, by: kit, expecting: issuers)
        let bounds = LowerBounds(of: heads, in: record.manifest, by: kit, &reader)
        let evidence = EvidenceFound(
            in: record.logged, about: heads, believing: keys.believed, after: bounds, at: time,
            by: self, &reader)
        let standing = HeadStanding(of: heads, by: kit.policy, and: evidence)
        let quorum = QuorumReached(on: standing.heads, by: kit.policy)
        let seen = SeenBound(
            in: record.manifest, before: heads, believing: evidence.believed, &reader)
        let agreement = BoundsAgree(of: standing.heads, quorum, evidence, after: bounds)
        let proofs = record.file.completes + asked.completes
        let completeness = CompletenessFound(
            in: proofs.enumerated().filter { !proofs[..<$0].contains($1) }.map(\.element),
            about: CompleteSubject(
                record.statement, at: standing.heads.index,
                isDoubted: standing.isSuspect,
                comparedWith: asked.artifact, asked.shown),
            after: standing.heads.sizes(of: kit.origin.text), believing: evidence.believed,
            at: time, by: self, &reader)
        let findings =
            record.findings + [artifactMatch.finding] + standing.heads.findings + [audience.finding]
            + keys.findings + signer.findings + [quorum.finding] + evidence.findings
            + [seen.finding] + agreement.findings + completeness.findings
        return report(
            findings, asked, record, standing.heads, signer.signer, quorum.witnessing,
            evidence.anchors.map(\.evidence), agreement.existedBy,
            seen.head.map { head in
                Report.LowerBound(size: head.size, time: bounds.seen, witnesses: bounds.seenBy)
            }, completeness.proofs)
    }

    /// What the caller asked for beside the file.
    private struct Asked {
        let artifact: Hash?
        let required: Level
        let isRecordOnly: Bool
        let acceptsSuspect: Bool
        let complete: Set<IndexKind>
        let completes: [[UInt8]]
        let shown: ShownEntries
    }

    /// Puts the answer together: the findings by what was examined, and as they were found.
    private func report(
        _ findings: [Finding], _ asked: Asked, _ record: ParsedRecord? = nil,
        _ heads: ProvenHeads? = nil, _ signer: Report.Signer? = nil,
        _ witnessing: Report.Witnessing? = nil, _ evidence: [Report.Evidence] = [],
        _ existedBy: Report.Bound? = nil, _ notBefore: Report.LowerBound? = nil,
        _ completeness: [Report.Completeness] = [], isDamaged: Bool = false
    ) -> Report {
        Report(
            entry: record?.statement.id,
            required: asked.required,
            reached: Level.reached(by: findings, passingOver: passedOver),
            isRecordOnly: asked.isRecordOnly,
            acceptsSuspect: asked.acceptsSuspect,
            isDamaged: isDamaged,
            origin: kit.origin,
            asOf: Report.AsOf(size: kit.size, time: kit.time),
            findings: Check.allCases.flatMap { check in findings.filter { $0.check == check } },
            signer: signer,
            index: heads?.index,
            isNewerThanKit: record.map { isNewer($0, at: heads?.index) } ?? false,
            loggedAt: heads?.earliestTime,
            witnessing: witnessing,
            evidence: evidence,
            existedBy: existedBy,
            notBefore: notBefore,
            erasure: record.flatMap { kit.erasures[$0.statement.manifestDigest] },
            statement: record?.statement,
            manifest: record?.manifest,
            completeness: completeness,
            requiredComplete: asked.complete,
            names: record.map {
                CompleteSubject.names(of: $0.statement, comparedWith: asked.artifact)
            } ?? [],
            passedOver: passedOver)
    }

    /// Whether the record speaks of what came after the kit: of an entry at `index` where that is
    /// proven, else of a tree, where the record's receipts of this ledger say so.
    ///
    /// A receipt of an old entry may be signed by a key that is newer than the kit.
    private func isNewer(_ record: ParsedRecord, at index: UInt64?) -> Bool {
        if let index { return index >= kit.size }
        return record.file.receipts.contains { bytes in
            guard let receipt = try? Receipt(bytes), receipt.origin == kit.origin.text,
                case .inclusion(let proof) = receipt.proof
            else { return false }
            return proof.treeSize > kit.size
        }
    }

    /// The levels for which nobody is named: by the kit as a witness, or by the kit and the program
    /// as a timestamp authority.
    var passedOver: Set<Level> {
        var levels: Set<Level> = []
        if kit.policy.quorum == .none { levels.insert(.witnessed) }
        let hasAuthority = checkers.contains { $0.type == Anchor.timestamp }
        if !hasAuthority, kit.timestampRoots == nil { levels.insert(.timestamped) }
        return levels
    }
}
