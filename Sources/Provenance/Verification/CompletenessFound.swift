import IndexMap

/// What the proofs of completeness show, beside a record or alone (index.md §10).
///
/// Takes the proofs, what is asked about, and the heads believed so far. The order of the checks is
/// that of the page; what is *false* is found before what is *unknown*.
struct CompletenessFound {
    /// What each proof shows, in their order.
    private(set) var proofs: [Report.Completeness] = []

    /// What was found.
    private(set) var findings: [Finding] = []

    private let subject: CompleteSubject
    private let verifier: Verifier
    private let newest: UInt64

    /// Examines `files`, each an encoded ``CompleteProof``.
    ///
    /// - Parameters:
    ///   - subject: What is asked about; it is not made where there are no files, for its keys cost
    ///     a hash each.
    ///   - sizes: Tree sizes of the kit's log that are proven, beside the kit's own.
    ///   - believed: The heads that are believed so far.
    ///   - time: Now, in POSIX seconds.
    init(
        in files: [[UInt8]], about subject: @autoclosure () -> CompleteSubject,
        after sizes: [UInt64], believing believed: BelievedHeads, at time: UInt64?,
        by verifier: Verifier, _ reader: inout HeadReader
    ) {
        self.subject = files.isEmpty ? CompleteSubject(shown: .none) : subject()
        self.verifier = verifier
        // All heads first: what one proof does not cover, another one may show.
        let read = ReadProofs(files, believing: believed, at: time, by: verifier, &reader)
        newest = max(verifier.kit.size, sizes.max() ?? 0, read.sizes.max() ?? 0)
        for file in read.files { examine(file) }
        if files.isEmpty {
            findings.note(.complete, .absent, VerdictPhrase.completeAbsent.words)
        }
        if files.count > 1, !findings.contains(where: { $0.verdict == .refuted }) {
            noteContradiction(among: files)
        }
    }

    /// Notes where the index heads of several proofs contradict each other, as an older one and a
    /// newer one may.
    private mutating func noteContradiction(among files: [[UInt8]]) {
        // A proof that cannot be read has a finding of its own.
        let evidence = files.compactMap { try? IndexEvidence($0) }
        let logged = LoggedEvidence(of: evidence, by: verifier)
        guard let contradiction = logged.contradiction else { return }
        let words = VerdictPhrase.completeContradiction.with(["what": contradiction.kind.word])
        let finding = Finding(.complete, .refuted, words)
        findings.append(finding)
        let entries = Set(contradiction.heads.map(\.entry))
        for place in proofs.indices {
            guard let entry = proofs[place].head?.entry, entries.contains(entry) else { continue }
            proofs[place].findings.append(finding)
        }
    }

    private mutating func examine(_ file: ReadProofs.File) {
        let (proof, standing): (CompleteProof, IndexHeadStanding)
        switch file {
        case .proof(let read, let judged): (proof, standing) = (read, judged)
        case .none(let error):
            let verdict: Verdict = error.isOfNewerVersion ? .unknown : .refuted
            let finding = Finding(.complete, verdict, "\(error)")
            findings.append(finding)
            proofs.append(completeness(nil, [], [finding]))
            return
        }
        let head = Report.Completeness.Head(
            entry: standing.head.id, index: standing.index, size: standing.head.size,
            time: standing.head.issuedAt, level: standing.level,
            witnesses: standing.witnessCount,
            notCovered: newest - min(newest, standing.head.size))
        let fault = standing.fault
        let first = findings.count
        let answers = proof.proofs.map { answer($0, head, standing, isHeadProven: fault == nil) }
        if let fault {
            let words = VerdictPhrase.completeHeadFault.with(["reason": fault.words])
            findings.note(.complete, fault.verdict == .refuted ? .refuted : .unknown, words)
        }
        proofs.append(completeness(head, answers, Array(findings[first...])))
    }

    private func completeness(
        _ head: Report.Completeness.Head?, _ answers: [Report.Completeness.Answer],
        _ findings: [Finding]
    ) -> Report.Completeness {
        Report.Completeness(
            head: head, answers: answers, findings: findings, passedOver: verifier.passedOver)
    }

    /// Notes what one proof shows.
    ///
    /// Nothing of it is believed where the head is not proven; that it is false shows all the same.
    private mutating func answer(
        _ proof: IndexProof, _ head: Report.Completeness.Head, _ standing: IndexHeadStanding,
        isHeadProven: Bool
    ) -> Report.Completeness.Answer {
        let listing: IndexListing
        do throws(IndexProofError) {
            listing = try proof.listing(under: standing.head.map, size: head.size)
        } catch {
            let words = CompleteWords.fault(error, of: proof.name)
            return nothing(about: proof.name, noting: Finding(.complete, .refuted, words))
        }
        guard isHeadProven else {
            let isFalse = standing.fault?.verdict == .refuted
            return nothing(about: proof.name, isFalse ? .refuted : .unknown, nil)
        }
        let words = CompleteWords(of: proof.name, by: head, subject.artifact)
        let key = proof.name.key
        var having = subject.entries(having: key).filter { $0 < head.size }
        let isOwnDoubted =
            subject.isDoubted
            && having.contains {
                $0 == subject.own?.index && listing.answer(about: $0) == .notListed
            }
        if isOwnDoubted { having.removeAll { $0 == subject.own?.index } }
        if let entry = having.first(where: { listing.answer(about: $0) == .notListed }) {
            let finding = Finding(.complete, .refuted, words.omitted(entry))
            return nothing(about: proof.name, noting: finding)
        }
        guard subject.isAsked(proof.name) else {
            let finding = Finding(.complete, .absent, CompleteWords.other(proof.name))
            return nothing(about: proof.name, noting: finding)
        }
        let listed = ListedEntries(listing, having: having, about: subject)
        let verdict: Verdict =
            !listing.isWhole ? .notChecked : standing.isSuspect ? .suspect : .ok
        let finding = Finding(
            .complete, verdict, detail(listing, listed, words, head, standing, isOwnDoubted))
        findings.append(finding)
        return Report.Completeness.Answer(
            name: proof.name, isAboutRecord: subject.isOfRecord(proof.name), verdict: verdict,
            count: listing.count, indexes: listing.runs.flatMap(\.indexes),
            shown: listed.shown, isAll: listed.isAll,
            coversRecord: subject.own.map { $0.index < head.size && !isOwnDoubted } ?? false,
            finding: finding)
    }

    private func detail(
        _ listing: IndexListing, _ listed: ListedEntries, _ words: CompleteWords,
        _ head: Report.Completeness.Head, _ standing: IndexHeadStanding, _ isOwnDoubted: Bool
    ) -> String {
        var parts = [
            listing.isWhole
                ? words.whole(listed.possible, isAll: listed.isAll)
                : words.part(of: listing.count, listing.runs)
        ]
        parts += [words.passedOver(listed.passedOver)].compactMap(\.self)
        if let own = subject.own, own.index >= head.size {
            parts.append(VerdictPhrase.completeOwnLater.with(["entry": "\(own.index)"]))
        }
        if let own = subject.own, isOwnDoubted {
            parts.append(VerdictPhrase.completeOwnDoubted.with(["entry": "\(own.index)"]))
        }
        parts += words.rest
        parts += standing.findings.filter { $0.verdict == .suspect }.prefix(1).map(\.detail)
        return parts.joined(separator: "; ")
    }

    private mutating func nothing(
        about name: IndexName, noting finding: Finding
    ) -> Report.Completeness.Answer {
        findings.append(finding)
        return nothing(about: name, finding.verdict, finding)
    }

    private func nothing(
        about name: IndexName, _ verdict: Verdict, _ finding: Finding?
    ) -> Report.Completeness.Answer {
        Report.Completeness.Answer(
            name: name, isAboutRecord: subject.isOfRecord(name), verdict: verdict, count: nil,
            indexes: [], shown: [], isAll: false, coversRecord: false, finding: finding)
    }
}

/// Proofs of completeness as they are read, each with what its head is worth.
private struct ReadProofs {
    /// What one file is.
    enum File {
        /// A proof, and how far its head is proven.
        case proof(CompleteProof, IndexHeadStanding)

        /// No proof that is read here.
        case none(CompleteProofError)
    }

    /// The files, in their order.
    private(set) var files: [File] = []

    /// The sizes of the kit's log that any of them proves.
    private(set) var sizes: [UInt64] = []

    init(
        _ files: [[UInt8]], believing before: BelievedHeads, at time: UInt64?,
        by verifier: Verifier, _ reader: inout HeadReader
    ) {
        var believed = before
        for file in files {
            let proof: CompleteProof
            do throws(CompleteProofError) {
                proof = try CompleteProof(file)
            } catch {
                self.files.append(.none(error))
                continue
            }
            let standing = IndexHeadStanding(
                of: proof.head, believing: believed, at: time, by: verifier, &reader)
            believed = standing.believed
            sizes += standing.sizes
            self.files.append(.proof(proof, standing))
        }
    }
}

/// What is listed of a name, held to the entries that are shown.
private struct ListedEntries {
    /// The entries that are listed here and may have the name.
    let possible: [UInt64]

    /// Those of them that are shown, and have it.
    let shown: [UInt64]

    /// The entries that are listed here, and were shown not to have it.
    let passedOver: [UInt64]

    /// Whether all that are listed are here and shown.
    let isAll: Bool

    init(_ listing: IndexListing, having: [UInt64], about subject: CompleteSubject) {
        let having = Set(having)
        var (possible, shown, passedOver): ([UInt64], [UInt64], [UInt64]) = ([], [], [])
        for index in listing.runs.lazy.flatMap(\.indexes) {
            if having.contains(index) {
                shown.append(index)
                possible.append(index)
            } else if subject.isShown(index) {
                passedOver.append(index)
            } else {
                possible.append(index)
            }
        }
        (self.possible, self.shown, self.passedOver) = (possible, shown, passedOver)
        isAll = listing.isWhole && shown.count == possible.count
    }
}
