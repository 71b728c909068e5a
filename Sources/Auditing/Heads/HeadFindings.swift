import Checkpoints
import Provenance

/// What the newest head is found to be, taken for itself.
struct HeadFindings {
    /// What was found.
    private(set) var all: [AuditCondition] = []

    /// Size of the first head of a ledger: entry 0 and the first administrator (registry.md §1).
    static let firstSize: UInt64 = 2

    /// Judges a head by what was accepted before; it is old after so many seconds, nil for never,
    /// and `now` is in POSIX seconds.
    init(_ head: JudgedHead, acceptedSize: UInt64, staleAfter: UInt64?, now: UInt64) {
        if head.size < acceptedSize {
            add(
                .behind, head,
                "the source shows this one, and showed one of size \(acceptedSize) before")
        }
        if !head.isAccepted {
            let names = head.witnesses.map(\.name.description).joined(separator: ", ")
            let who = names.isEmpty ? "no witness" : "only \(names)"
            add(.quorum, head, "\(who) of the kit's policy cosigned it, which asks for more")
        }
        if let staleAfter, let time = head.time, now > time, now - time > staleAfter {
            add(.stale, head, "no witness has seen a newer one since \(Instant(time))")
        }
    }

    /// What a head of a ledger is that no ledger ever signs.
    static func tooSmall(_ head: JudgedHead) -> AuditCondition {
        AuditCondition(
            .checkpoint, .head(head.size), "the first head of a ledger has size \(firstSize)")
    }

    private mutating func add(_ rule: AuditRule, _ head: JudgedHead, _ detail: String) {
        all.append(AuditCondition(rule, .head(head.size), detail))
    }
}
