import Encoding
import Provenance
import Studio

/// What is told of a milestone, in words and for programs.
struct MilestoneWords {
    /// The newest head, as of which an answer is.
    struct Head {
        let size: UInt64
        let time: UInt64

        /// How far it is shown that no statement is left out.
        let standing: ListStanding

        init(_ ledger: FreshLedger, _ standing: ListStanding) {
            (size, time) = (ledger.kit.size, ledger.kit.time)
            self.standing = standing
        }

        /// What is shown, for programs: the word, and how many entries an index head covers.
        var members: [(Text, JSON?)] {
            switch standing {
            case .claimed: [("complete", "claimed")]
            case .proven(let indexed):
                [("complete", "proven"), ("indexed", .integer(Int64(clamping: indexed)))]
            }
        }

        /// What is shown, in words.
        var words: String {
            switch standing {
            case .claimed: return "that no statement is left out is the ledger's word"
            case .proven(0): return "no statement is left out: every entry was read"
            case .proven(let indexed):
                let rest = size - indexed
                return "no statement is left out: an index head covers the first \(indexed)"
                    + (rest == 0
                        ? "" : rest == 1 ? ", the other one was read" : ", \(rest) more were read")
            }
        }
    }

    private let target: MilestoneTarget
    private let head: Head

    init(of target: MilestoneTarget, as head: Head) {
        (self.target, self.head) = (target, head)
    }

    /// The members of every answer.
    var members: [(Text, JSON?)] {
        [
            ("milestone", .string(target.milestone)), ("slice", .string(target.slice)),
            ("size", .integer(Int64(clamping: head.size))),
            ("time", .string(Text(UTC.text(head.time)))),
        ] + head.members
    }

    /// Says how far a list is proven to be whole, and of when it is.
    func tellCompleteness(_ console: Console) {
        console.note("as of tree size \(head.size), \(Instant(head.time)); \(head.words)")
    }

    /// Prints the answer to a pipeline.
    func print(_ answer: MilestoneAnswer, _ console: Console) {
        switch answer {
        case .nothing:
            console.print("nothing", members + [("answer", "nothing")])
            console.note("\(target.slice.string) has not opened \(target.milestone.string)")
        case .unclear(let words):
            console.print(
                "unclear", members + [("answer", "unclear"), ("reason", .string(Text(words)))])
            if !console.json { console.warn(nil, words) }
        case .decided(let decision):
            console.print(
                Self.line(decision),
                members + [("answer", .string(Text(decision.decision.rawValue)))]
                    + Self.members(of: decision))
            tell(decision, console)
        }
        tellCompleteness(console)
    }

    /// A decision in one line.
    private static func line(_ decision: MilestoneStatement) -> String {
        let registered = decision.registered
        return "\(decision.decision.rawValue) \(registered.entry) \(registered.index)"
    }

    /// Tells by what was decided; an override is told in every case.
    private func tell(_ decision: MilestoneStatement, _ console: Console) {
        console.note(Self.reason(decision))
        guard let words = decision.override, !console.json else { return }
        console.warn(nil, "the threshold is overridden: \(words.string)")
    }

    /// By what was decided, in words.
    static func reason(_ decision: MilestoneStatement) -> String {
        let observed =
            decision.observed.map { value in
                "\(value) was observed" + (decision.observedAt.map { " at \($0.string)" } ?? "")
            } ?? "nothing was observed"
        return "\(decision.metric.condition); \(observed)"
    }

    /// A decision for programs.
    static func members(of decision: MilestoneStatement) -> [(Text, JSON?)] {
        let registered = decision.registered
        return [
            ("decision", .string(Text(decision.decision.rawValue))),
            ("entry", .string(Text("\(registered.entry)"))),
            ("index", .integer(Int64(clamping: registered.index))),
            ("issuer", .string(registered.issuer)),
            ("iat", .integer(Int64(clamping: registered.issuedAt))),
            ("loggedAt", .string(Text(UTC.text(registered.loggedAt)))),
            ("metric", decision.metric.json),
            ("observed", decision.observed?.json),
            ("override", decision.override.map { .string($0) }),
        ]
    }
}
