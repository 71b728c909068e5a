package import Encoding

/// A finding about this moment, which a later look may not make any more: the newest head, who has
/// seen it, who dates it.
package struct AuditCondition: Hashable, Sendable {
    /// What a finding is about, where there may be several of one rule.
    package enum Subject: Hashable, Sendable {
        /// Nothing more than its rule and place say.
        case none

        /// Evidence of this type, as ``Provenance/Anchor/type``.
        case evidence(Text)

        /// The fork that the file of this name shows.
        case fork(file: String)
    }

    /// The finding.
    package let finding: AuditFinding

    /// What it is about.
    package let subject: Subject

    /// Puts both together.
    package init(_ finding: AuditFinding, about subject: Subject = .none) {
        (self.finding, self.subject) = (finding, subject)
    }

    /// A finding of a rule at a place.
    package init(
        _ rule: AuditRule, _ place: AuditFinding.Place, _ detail: String,
        about subject: Subject = .none
    ) {
        self.init(AuditFinding(rule, place, detail), about: subject)
    }
}
