/// What was examined (verification.md §9).
public enum Check: String, CaseIterable, Sendable {
    /// The signed statement's form.
    case statement
    /// The manifest against the statement.
    case manifest
    /// The artifact against the statement.
    case artifact
    /// The ledger that the statement is meant for.
    case aud
    /// A ledger's receipt.
    case receipt
    /// The PoP's signature.
    case signature
    /// The signing key's standing in the registry.
    case issuer
    /// The witnesses' cosignatures.
    case cosignatures
    /// RFC 3161 timestamps.
    case timestamp
    /// Other anchors.
    case anchor
    /// The head that the PoP had seen before it signed.
    case seen
    /// A proof that a listing of entries is complete.
    case complete
}

/// The verdict of a finding; suspect, absent, unknown, not checked and false are five different
/// words.
public enum Verdict: String, CaseIterable, Sendable {
    /// It is there and holds.
    case ok
    /// It is there and holds, and who made it is in doubt: the key may have been another's by then.
    case suspect
    /// It is not there, and need not be.
    case absent
    /// It is there, and the kit does not know the key or the type that would decide.
    case unknown
    /// It is there, and this program lacks the means to check it.
    case notChecked
    /// It is there and does not hold.
    case refuted = "false"
}

/// A part that was examined, its verdict, and the reason, in words for a person.
public struct Finding: Hashable, Sendable {
    /// The part that was examined.
    public let check: Check

    /// The verdict.
    public let verdict: Verdict

    /// Why, in lower case and without a full stop; may quote text from the file.
    public let detail: String

    init(_ check: Check, _ verdict: Verdict, _ detail: String) {
        self.check = check
        self.verdict = verdict
        self.detail = detail
    }
}

extension Finding {
    /// The detail as a sentence, with the part that it is about where the detail does not say so.
    public var words: String {
        switch check {
        case .issuer: detail
        case .signature where detail.hasPrefix("is "):
            VerdictPhrase.theSignature.with(["detail": detail])
        case .signature where detail.hasPrefix("the "): detail
        default: VerdictPhrase.checked.with(["check": check.words, "detail": detail])
        }
    }
}

extension Check {
    /// The word for what was examined.
    public var words: String {
        self == .aud ? VerdictPhrase.audience.words : rawValue
    }
}

extension Verdict {
    /// Whether the part holds, suspect or not: what is reached is what is proven.
    var holds: Bool { self == .ok || self == .suspect }
}

extension [Finding] {
    /// Adds what was found of one check.
    mutating func note(_ check: Check, _ verdict: Verdict, _ detail: String) {
        append(Finding(check, verdict, detail))
    }
}
