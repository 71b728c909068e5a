import Encoding
import Manifests
import Merkle
import Provenance

extension OpenRollbacks {
    /// Takes what an admitted statement says about a rollout; all but rollbacks and postmortems
    /// say nothing here.
    ///
    /// - Parameter deciders: issuers who count beside the slice itself (milestones.md §1).
    mutating func take(
        _ statement: Statement, _ manifest: Manifest, at index: UInt64, deciders: Set<Text>
    ) {
        switch manifest.predicateType {
        case PredicateType.milestone:
            guard manifest.predicate["decision"]?.text == "rollback",
                let slice = manifest.predicate["slice"]?.text,
                statement.issuer == slice || deciders.contains(statement.issuer),
                let milestone = statement.subjectDigests.first
            else { return }
            add(
                Rollback(
                    index: index, entry: statement.id.hash, milestone: milestone,
                    slice: .sha256(slice.utf8)))
        case PredicateType.postmortem:
            take(
                Postmortem(
                    index: index, issuer: .sha256(statement.issuer.utf8),
                    milestones: statement.subjectDigests,
                    entries: (manifest.predicate["entries"]?.array ?? []).compactMap(\.text)),
                deciders: Set(deciders.map { .sha256($0.utf8) }))
        default: break
        }
    }

    /// Returns what is late, each once.
    mutating func settle(by times: HeadTimeline) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        for place in rollbacks.indices where !rollbacks[place].isJudged {
            let rollback = rollbacks[place]
            // What nobody has dated waits for a source that somebody has.
            guard let start = times.seen(rollback.index),
                let end = rollback.postmortem.map(times.unseen) ?? times.known
            else { continue }
            let term = PostmortemTerm(from: start, to: end, in: times.hours)
            rollbacks[place].isJudged = term.isLate || rollback.postmortem != nil
            guard term.isLate else { continue }
            let due = Timestamp(seconds: Int64(clamping: term.dueAt)).text?.string ?? ""
            let words =
                rollback.postmortem.map { "entry \($0), its postmortem, came later" }
                ?? "none is in the log"
            findings.append(
                AuditFinding(
                    .rollback, .entry(rollback.index),
                    "its postmortem was due by \(due): \(words)"))
        }
        return findings
    }
}
