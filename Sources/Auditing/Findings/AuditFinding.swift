import Encoding

/// One thing in a log, or about it, that is not as it must be (audit.md §2).
///
/// A finding is made only of what is proven into a signed head, or of what is itself the proof.
/// What merely could not be read is an error, never a finding.
package struct AuditFinding: Hashable, Sendable {
    /// Whose matter a finding is.
    package enum Weight: String, CaseIterable, Hashable, Sendable {
        /// The ledger, or whoever serves it, broke a rule.
        case violation

        /// Somebody else's matter: of a PoP, of whoever runs the rollout, or of time that passes.
        case notice
    }

    /// Where in the log it was found.
    package enum Place: Hashable, Sendable {
        /// At the entry of this index.
        case entry(UInt64)

        /// At the head of this size.
        case head(UInt64)

        /// In the file of this name, as log.md §5 has it.
        case file(String)
    }

    /// The rule that is broken.
    package let rule: AuditRule

    /// Where.
    package let place: Place

    /// One sentence, without the place; it may quote what the log holds.
    package let detail: String

    /// Whose matter it is.
    package var weight: Weight { rule.weight }

    /// Creates a finding; of a longer detail the first ``maximumDetailBytes`` are kept, and what
    /// must not be shown is spelled out.
    package init(_ rule: AuditRule, _ place: Place, _ detail: String) {
        self.rule = rule
        if case .file(let path) = place {
            self.place = .file(SafeText.line(path))
        } else {
            self.place = place
        }
        let line = SafeText.line(detail)
        self.detail =
            line.utf8.count <= Self.maximumDetailBytes
            ? line
            : String(decoding: line.utf8.prefix(Self.maximumDetailBytes), as: UTF8.self) + "..."
    }

    /// Most bytes of a detail: a sentence with a key's and an entry's whole identifiers has fewer,
    /// and a hostile log decides what a longer one quotes.
    package static let maximumDetailBytes = 600
}

extension AuditFinding: CustomStringConvertible {
    /// One line: place, detail and rule.
    package var description: String { "\(place): \(detail) [\(rule.rawValue)]" }
}

extension AuditFinding.Place: CustomStringConvertible {
    /// The place in words.
    package var description: String {
        switch self {
        case .entry(let index): "entry \(index)"
        case .head(let size): "head of size \(size)"
        case .file(let path): path
        }
    }
}
