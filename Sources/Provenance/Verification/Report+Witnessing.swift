public import Checkpoints

extension Report {
    /// What the witnesses of the kit's policy have seen of the heads that hold the entry.
    public struct Witnessing: Hashable, Sendable {
        /// What one witness has seen.
        public struct Witness: Hashable, Sendable {
            /// Its name in the kit's policy.
            public let name: PolicyWord

            /// Its key.
            public let key: VerifierKey

            /// *ok* where it has cosigned a head, *absent* where it has not, *unknown* where its
            /// cosignature is of a type that this library cannot verify or too old for its head,
            /// *false* where it does not verify.
            public let verdict: Verdict

            /// Whether it cosigned at times that lie too far before those of the heads: its clock
            /// was wrong.
            public let isTooEarly: Bool

            /// The time of its earliest cosignature, in POSIX seconds by its own clock.
            public let earliest: UInt64?

            /// The time of its newest cosignature: the entry was still in the log.
            public let newest: UInt64?
        }

        /// Every witness of the policy, in its order.
        public let witnesses: [Witness]

        /// The witness or group that must have seen a head; `PolicyWord.none` where
        /// none must.
        public let quorum: PolicyWord

        /// When the quorum was complete for the earliest head, in POSIX seconds: the entry was in
        /// the log by then.
        ///
        /// Nil where it is for none.
        public let completeAt: UInt64?

        /// When the quorum was complete for the newest head: the entry was still in the log then.
        public let freshAt: UInt64?

        /// The witnesses that had seen a head by ``completeAt``.
        public var seenBy: [Witness] {
            guard let completeAt else { return [] }
            return witnesses.filter { witness in
                witness.earliest.map { $0 <= completeAt } ?? false
            }
        }
    }
}

extension Report.Witnessing {
    /// Joins what `policy` says of each head that holds the entry.
    ///
    /// - Parameter refused: a key whose line does not verify.
    init(
        of policy: TrustPolicy, on evaluations: [PolicyEvaluation], refused: VerifierKey?
    ) {
        let times = evaluations.compactMap { evaluation -> UInt64? in
            guard case .met(let time) = evaluation.quorum else { return nil }
            return time
        }
        self.init(
            witnesses: policy.witnesses.indices.map { place in
                let verdicts = evaluations.map { $0.witnesses[place].verdict }
                return Witness(policy.witnesses[place], verdicts, refused: refused)
            },
            quorum: policy.quorum, completeAt: times.min(), freshAt: times.max())
    }
}

extension Report.Witnessing.Witness {
    /// Joins what a witness says of each head.
    init(_ witness: TrustPolicy.Witness, _ verdicts: [NoteVerdict], refused: VerifierKey?) {
        let times = verdicts.compactMap { verdict -> UInt64? in
            guard case .cosigned(let time) = verdict else { return nil }
            return time
        }
        let isTooEarly = verdicts.contains { verdict in
            if case .tooEarly = verdict { true } else { false }
        }
        let verdict: Verdict =
            if witness.key == refused {
                .refuted
            } else if !times.isEmpty {
                .ok
            } else if verdicts.contains(.unsupported) || isTooEarly {
                .unknown
            } else {
                .absent
            }
        self.init(
            name: witness.name, key: witness.key, verdict: verdict, isTooEarly: isTooEarly,
            earliest: times.min(), newest: times.max())
    }
}

/// What the witnesses have seen, in words for a person.
struct QuorumWords {
    /// The most witnesses that are named; the others are counted.
    private static let nameLimit = 4

    private let witnessing: Report.Witnessing
    private let policy: TrustPolicy

    init(_ witnessing: Report.Witnessing, _ policy: TrustPolicy) {
        self.witnessing = witnessing
        self.policy = policy
    }

    /// Who had seen the entry by when, and how fresh that is; nil where the quorum is not met.
    var seen: String? {
        guard let completeAt = witnessing.completeAt else { return nil }
        let fresh = witnessing.freshAt.flatMap { $0 > completeAt ? $0 : nil }
        return "seen by \(Self.names(witnessing.seenBy, of: witnessing.witnesses.count)) by "
            + "\(Instant(completeAt))" + (fresh.map { ", newest \(Instant($0))" } ?? "")
    }

    /// Why the quorum is not met.
    var shortfall: String {
        let signed = witnessing.witnesses.filter { $0.verdict == .ok }
        let others = witnessing.witnesses.filter { $0.verdict == .unknown }
        let (early, strange) = (others.filter(\.isTooEarly), others.filter { !$0.isTooEarly })
        var words = "too few for the quorum of the kit's policy: "
        words +=
            signed.isEmpty
            ? "none has signed"
            : "signed by " + Self.names(signed, of: witnessing.witnesses.count)
        if !strange.isEmpty {
            let names = Self.names(strange, of: nil)
            words += "; of a type that is not checked here: \(names)"
        }
        if !early.isEmpty {
            let names = Self.names(early, of: nil)
            words += "; at a time before the head was signed, so not counted: \(names)"
        }
        return words
    }

    private static func names(
        _ witnesses: [Report.Witnessing.Witness], of total: Int?
    ) -> String {
        var words = witnesses.prefix(nameLimit).map { "\($0.name)" }.joined(separator: ", ")
        if witnesses.count > nameLimit { words += " and \(witnesses.count - nameLimit) more" }
        return words + (total.map { " (\(witnesses.count) of \($0))" } ?? "")
    }
}
