/// What one round of an audit came to, as far as a monitor tells of it.
package struct MonitorRound: Sendable {
    /// Something that is so until it is not any more, and is told when it begins and when it ends.
    package struct Condition: Hashable, Sendable {
        /// `behind`, `stale`, `quorum`, `overdue` or `unreadable`.
        package let kind: MonitorEvent.Kind

        /// Which of its kind: the name of an authority, say; empty where there is only one.
        package let subject: String

        /// A sentence for a person.
        package let words: String

        /// Creates a condition.
        package init(_ kind: MonitorEvent.Kind, subject: String = "", _ words: String) {
            (self.kind, self.subject, self.words) = (kind, subject, words)
        }
    }

    /// How far a round came.
    package enum Ending: Hashable, Sendable {
        /// Every entry below the newest head was read, and all was judged.
        case whole

        /// What is found keeps it from going on; heads were judged.
        case blocked

        /// The source failed, or the round was stopped: what was not looked at is not known.
        case cut
    }

    /// How far it came.
    package var ending: Ending = .whole

    /// The size of the newest head; nil where none could be had.
    package var size: UInt64?

    /// When the newest head was signed or seen, POSIX seconds; nil where nobody says.
    package var headTime: UInt64?

    /// Whether the newest head has its quorum; nil where the kit asks for none.
    package var hasQuorum: Bool?

    /// What is so at this moment.
    package var conditions: [Condition] = []

    /// The subjects of which it is known whether they are overdue.
    package var judgedEvidence: Set<String> = []

    /// All that was found since the state was made.
    package var findings = FindingList()

    /// The file that convicts the log, by the finding's words; nil where none does.
    package var evidence: @Sendable (AuditFinding) -> String? = { _ in nil }

    /// Creates a round of which nothing is known.
    package init() {}
}

/// What a monitor has come to, for metrics.
package struct MonitorNumbers: Sendable {
    /// The size of the newest head that was read to its end.
    package internal(set) var size: UInt64 = 0

    /// When a round last came to its end, POSIX seconds; nil where none has since the start.
    package internal(set) var lastSuccess: UInt64?

    /// The time of the newest head, POSIX seconds; nil where nobody says.
    package internal(set) var headTime: UInt64?

    /// Whether the newest head has its quorum; nil where the kit asks for none.
    package internal(set) var hasQuorum: Bool?

    /// Findings of each rule since the state was made.
    package internal(set) var findings: [AuditRule: UInt64] = [:]

    /// Events of each kind since the start.
    package internal(set) var events: [MonitorEvent.Kind: UInt64] = [:]

    /// Entries whose creator could not be read since the start, because their manifests are not
    /// served.
    package internal(set) var unserved: UInt64 = 0

    /// Events that wait for each receiver.
    package internal(set) var waiting: [(name: String, count: UInt64)] = []
}
