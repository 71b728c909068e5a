public import IndexMap

extension Report {
    /// What a proof of completeness says, and how far it is proven (verification.md §9).
    public struct Completeness: Hashable, Sendable {
        /// The index head that the proof rests on.
        public struct Head: Hashable, Sendable {
            /// The name of the head.
            public let entry: EntryID

            /// Where it stands in the kit's ledger; nil where nothing proves that.
            public let index: UInt64?

            /// The number of entries that it covers.
            public let size: UInt64

            /// Its `iat` in POSIX seconds: the ledger's claim.
            public let time: UInt64

            /// How far it is proven: the level of everything that it lists.
            ///
            /// Nil where not even the ledger's signature is.
            public let level: Level?

            /// How many witnesses of the kit had seen it when the quorum was complete.
            public let witnesses: Int

            /// How many entries come after those that it covers, up to the newest head known here.
            public let notCovered: UInt64
        }

        /// What the proof says of one name.
        public struct Answer: Hashable, Sendable {
            /// What was asked for.
            public let name: IndexName

            /// Whether that is a name of the record: one of its artifacts, its thread, its issuer.
            public let isAboutRecord: Bool

            /// *ok* where the entries that are listed are at most all, *notChecked* where some
            /// positions are not here, *absent* where it is about something else.
            public let verdict: Verdict

            /// How many entries are listed; nil where nothing of it is believed.
            public let count: UInt64?

            /// The entries whose positions are here: their indexes, rising.
            public let indexes: [UInt64]

            /// The entries among them that are shown, and have the name.
            public let shown: [UInt64]

            /// Whether each entry that is listed is shown with its receipt, and has the name: then
            /// the listing is *all*, and else *at most*.
            public let isAll: Bool

            /// Whether the entry of the record is among those that are covered; false for one that
            /// a thief may have placed and that is not listed.
            public let coversRecord: Bool

            /// What was found about it; nil where the head is not proven, which is found once.
            let finding: Finding?
        }

        /// The index head; nil where the proof cannot be read.
        public let head: Head?

        /// What is said of each name; empty where the proof cannot be read.
        public let answers: [Answer]

        /// What was found about the proof, in words for a person: those of the report's findings
        /// that are about it.
        public internal(set) var findings: [Finding]

        /// The levels for which nobody is named: they are not reached.
        let passedOver: Set<Level>

        /// Whether everything that the proof lists is proven, at a level at least.
        ///
        /// A level for which nobody is named is not reached (verification.md §2).
        ///
        /// - Parameter inPart: Whether it is enough that the positions which are here are proven.
        public func holds(at required: Level, inPart: Bool = false) -> Bool {
            guard let level = head?.level, level >= required, !passedOver.contains(required),
                !answers.isEmpty, !findings.contains(where: { $0.verdict == .refuted })
            else { return false }
            return answers.allSatisfy {
                $0.verdict == .ok || (inPart && $0.verdict == .notChecked && !$0.indexes.isEmpty)
            }
        }
    }

    /// The kinds of names of the record that were asked for and are not proven to be complete at
    /// the level that is required.
    ///
    /// Of several names of one kind each must be: a record that was compared with no file may name
    /// many.
    public var missingComplete: [IndexKind] {
        requiredComplete.sorted { $0.rawValue < $1.rawValue }.filter { kind in
            let asked = names.filter { $0.kind == kind }
            return asked.isEmpty || asked.contains { !isProvenComplete($0) }
        }
    }

    private func isProvenComplete(_ name: IndexName) -> Bool {
        completeness.contains { proof in
            guard let level = proof.head?.level, level >= required else { return false }
            return proof.answers.contains {
                $0.name == name && $0.isAboutRecord && $0.coversRecord && $0.verdict.holds
            }
        }
    }
}
