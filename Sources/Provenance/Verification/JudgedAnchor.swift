import Checkpoints
import Encoding
import Manifests
import Merkle

/// What one anchor of a record is worth.
struct JudgedAnchor {
    /// The check that it belongs to.
    let check: Check

    /// Its type; nil where it names none.
    let type: Text?

    /// The anchor and its head, where it is about the entry.
    let placed: PlacedAnchor?

    /// The verdict so far.
    private(set) var verdict: Verdict

    /// Why, in words for a person; empty where nobody looked, for want of a checker.
    private(set) var words: String

    /// What it shows, where it holds.
    private(set) var holding: EvidenceChecker.Holding?

    /// The earliest evidence of the same head that holds this one; nil where nothing does.
    private(set) var seal: EvidenceChecker.Holding?

    /// Takes what a refusal says of an anchor.
    init(_ type: Text?, refused refusal: Refusal) {
        self.type = type
        check = type == Anchor.timestamp ? .timestamp : .anchor
        placed = nil
        verdict = Verdict(refusal, in: .anchor)
        words = "\(refusal)"
    }

    /// Takes what a checker says of an anchor; nil where there is none of its type.
    init(_ placed: PlacedAnchor, _ answer: EvidenceChecker.Answer?) {
        self.placed = placed
        type = placed.anchor.type
        check = type == Anchor.timestamp ? .timestamp : .anchor
        (verdict, words) = (answer.map { Verdict($0) } ?? .notChecked, "")
        switch answer {
        case .holds(let held): holding = held
        case .unknown(let why), .notChecked(let why), .refuted(let why): words = why
        case nil: break
        }
    }

    /// The digest by which other evidence names this one.
    var evidenceDigest: Hash? { placed.map { .sha256($0.anchor.evidence) } }

    /// Whether it is sealed: what seals it is older than the end of its certificate.
    var isSealed: Bool {
        guard let seal, let expires = holding?.expires else { return false }
        return seal.latest <= expires
    }

    /// Takes it that the evidence does not count, and why.
    mutating func drop(_ verdict: Verdict, _ words: String) {
        (self.verdict, self.words, holding, seal) = (verdict, words, nil, nil)
    }

    /// Takes the earliest of the evidence that holds this one.
    mutating func seal(by others: [JudgedAnchor]) {
        guard let digest = evidenceDigest, holding != nil else { return }
        seal = others.filter { $0.placed?.anchor.checkpoint == placed?.anchor.checkpoint }
            .compactMap(\.holding).filter { $0.sealed.contains(digest) }
            .min { $0.latest < $1.latest }
    }

    /// What was found, where somebody looked; `now` is the time of the verifier.
    func finding(at now: UInt64?) -> Finding? {
        guard let holding else { return words.isEmpty ? nil : Finding(check, verdict, words) }
        var words = "its head existed by \(holding.words)"
        if let expires = holding.expires, let now, expires < now {
            words += "; its certificate ended at \(Instant(expires)), and "
            words +=
                isSealed
                ? "\(seal?.authority ?? "") had sealed it by then"
                : "nothing later covers it: it is judged at its own time"
        } else if isSealed, let seal {
            words += "; sealed by \(seal.authority)"
        }
        return Finding(check, verdict, words)
    }

    /// What programs are told.
    var evidence: Report.Evidence {
        Report.Evidence(
            type: type, size: placed?.head.size, authority: holding?.authority,
            time: holding?.time, tolerance: holding?.tolerance ?? 0, expires: holding?.expires,
            isSealed: isSealed, verdict: verdict)
    }
}

extension EvidenceChecker.Holding {
    /// A time that may be wrong by so much is told to the hour.
    private static let hour: UInt64 = 3_600

    /// By when, who says so, and how good that is.
    var words: String { "\(Instant(time)), says \(authority)\(doubt)" }

    /// How good the time is; empty where it is good to the second.
    private var doubt: String {
        guard tolerance > 0 else { return "" }
        let hours = (tolerance - 1) / Self.hour + 1
        let number = hours == 1 ? "an hour" : hours == 2 ? "two hours" : "\(hours) hours"
        return ", whose time is good to about \(number)"
    }
}
