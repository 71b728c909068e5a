public import Encoding
public import Manifests
public import Merkle
public import Provenance

/// An entry in the life of a work: where it stands in the log, who signed it, what it says.
public struct HistoryStep: Hashable, Sendable {
    /// Where it stands.
    public enum Place: Hashable, Sendable {
        /// At this index of the log, proven; the time is that of the earliest head that is proven
        /// to hold it, in POSIX seconds, nil where none is known.
        case proven(index: UInt64, loggedAt: UInt64?)

        /// The ledger that was asked does not have it.
        case notInLedger

        /// Nothing here proves where it stands.
        case unproven
    }

    /// Whose word it is.
    public enum Signer: Hashable, Sendable {
        /// The key of this issuer signed it, and might do so where it stands.
        case verified(Text)

        /// The key of this issuer signed it; whether it might is not known, for this reason.
        case withKeyOf(Text, Opening)

        /// The key signed it, and may have been another's; the words say why.
        case suspect(Text, String)

        /// Not known here; the words say why.
        case unknown(String)

        /// The signature does not hold, or the key may not sign it; the words say why.
        case refuted(String)
    }

    /// Why it is not known whether a key might sign a step.
    public enum Opening: Hashable, Sendable {
        /// Where the step stands is not proven.
        case unplaced

        /// The kit, of this size, is older than the step.
        case olderKit(UInt64)

        /// The words say why.
        case other(String)

        /// The same in English, for programs and for who searches.
        package var words: String {
            switch self {
            case .unplaced: "where it stands is not proven"
            case .olderKit(let size): "the kit, of tree size \(size), is older than the entry"
            case .other(let words): words
            }
        }
    }

    /// The removal of a manifest by the ledger.
    public struct Erasure: Hashable, Sendable {
        /// The entry that says so.
        public let entry: UInt64

        /// Why, as an administrator says.
        public let reason: Text
    }

    /// What is there of its manifest.
    public enum Content: Hashable, Sendable {
        /// What it says of a work.
        case work(ProvenanceFacts)

        /// It is of a type that is not about works.
        case other

        /// It is not there: erased, or left out.
        case absent
    }

    /// The name of the entry.
    public let entry: EntryID

    /// Where it stands.
    public let place: Place

    /// The path to an accepted head, where it was asked for.
    public let proof: HistoryProof?

    /// Whose word it is.
    public let signer: Signer

    /// The issuer that the statement names.
    public let issuer: Text

    /// The thread that it belongs to, its `sub`.
    public let thread: Text

    /// The SHA-256 of each file that it names.
    public let files: [Hash]

    /// The type of its manifest, a URI.
    public let type: Text

    /// What is there of its manifest.
    public let content: Content

    /// The ledger's removal of its manifest, of which this copy may be left; nil where the kit has
    /// none.
    public let erasure: Erasure?

    /// What it says that it was made from, in the order of the manifest; at most
    /// ``HistoryLimit/parents``.
    public internal(set) var parents: [HistoryParent]

    /// How many more parents the manifest names.
    public let furtherParents: Int

    /// Takes what a verified record says.
    ///
    /// - Parameters:
    ///   - statement: the statement of the record.
    ///   - report: what is proven of the record; nil where nothing was checked.
    ///   - manifest: what the record says; nil where it is not there.
    ///   - proof: the path to an accepted head, where it was asked for.
    ///   - isKnownAbsent: whether the ledger was asked and does not have the entry.
    ///   - isDated: whether the receipts of the record are the ones that date it; those that were
    ///     made to show its place alone say no time that helps anybody.
    public init(
        _ statement: Statement, _ report: Report?, _ manifest: Manifest?,
        proof: HistoryProof? = nil, isKnownAbsent: Bool = false, isDated: Bool = true
    ) {
        entry = statement.id
        if let index = report?.index ?? proof?.inclusion.leafIndex, !isKnownAbsent {
            place = .proven(index: index, loggedAt: isDated ? report?.loggedAt : nil)
        } else {
            place = isKnownAbsent ? .notInLedger : .unproven
        }
        self.proof = proof
        signer = Self.signer(report)
        (issuer, thread, type) = (statement.issuer, statement.subject, statement.predicate)
        files = statement.subjectDigests
        let facts = manifest.flatMap { try? ProvenanceFacts($0) }
        content =
            if let facts { .work(facts) } else { manifest == nil ? .absent : .other }
        erasure = report?.erasure.map { Erasure(entry: $0.entry, reason: $0.reason) }
        let named = (facts?.parents ?? []).compactMap { parent -> HistoryParent? in
            if let entry = parent.entry.flatMap({ EntryID($0) }) {
                return HistoryParent(.entry(entry), relation: parent.relation)
            }
            return parent.sha256.map { HistoryParent(.file($0), relation: parent.relation) }
        }
        parents = Array(named.prefix(HistoryLimit.parents))
        furtherParents = named.count - parents.count
    }

    /// The facts of a work; nil for everything else.
    public var facts: ProvenanceFacts? {
        if case .work(let facts) = content { facts } else { nil }
    }

    /// The index in the log, where it is proven.
    public var index: UInt64? {
        if case .proven(let index, _) = place { index } else { nil }
    }

    /// What it takes back: `withdraw` or `correct`, as its signer says; nil for all else.
    public var retraction: Text? {
        facts.map(\.event).flatMap { ["withdraw", "correct"].contains($0) ? $0 : nil }
    }

    /// The issuer whose key signed, where that is known.
    public var verifiedIssuer: Text? {
        switch signer {
        case .verified(let issuer), .withKeyOf(let issuer, _), .suspect(let issuer, _): issuer
        case .unknown, .refuted: nil
        }
    }

    private static func signer(_ report: Report?) -> Signer {
        guard let report else { return .unknown("not checked: no trust kit was named") }
        let found = report.findings.filter { [.signature, .issuer, .statement].contains($0.check) }
        if let refuted = found.first(where: { $0.verdict == .refuted }) {
            return .refuted(refuted.words)
        }
        if let signer = report.signer, let issuer = signer.issuer {
            if let doubt = signer.doubt { return .suspect(issuer, doubt) }
            let opening = opening(report, found)
            return opening.map { .withKeyOf(issuer, $0) } ?? .verified(issuer)
        }
        let open = found.first { $0.verdict == .unknown || $0.verdict == .notChecked }
        return .unknown(open?.words ?? "not known from this trust kit")
    }

    /// Why it is not known that the key might sign where the entry stands; nil where it is.
    private static func opening(_ report: Report, _ found: [Finding]) -> Opening? {
        if let open = found.first(where: { $0.check == .issuer && $0.verdict != .ok }) {
            return .other(open.detail)
        }
        guard let index = report.index else { return .unplaced }
        return index < report.asOf.size ? nil : .olderKit(report.asOf.size)
    }
}

extension HistoryStep {
    /// Returns the step with what `find` says of each parent.
    public func resolving(
        _ find: (HistoryParent) -> HistoryParent.Finding
    ) -> HistoryStep {
        var step = self
        for place in step.parents.indices {
            step.parents[place].finding = find(step.parents[place])
        }
        return step
    }
}
