public import Encoding

/// Checks one type of independent evidence for a tree head: a program passes those that it has to
/// a ``Verifier``.
///
/// `Provenance` has no C library and no network, and so no checker of its own. A checker's trust
/// roots come from the trust kit or from the program, never from the file.
public struct EvidenceChecker: Sendable {
    /// What a checker says about one anchor.
    public enum Answer: Hashable, Sendable {
        /// The head existed at `time`, in POSIX seconds, says `authority`, which is trusted.
        case holds(time: UInt64, authority: String)

        /// It is well formed, and it is by somebody that is not known, or not complete yet.
        case unknown(String)

        /// This checker lacks the means: an algorithm, say.
        case notChecked(String)

        /// It does not hold, or is about something else.
        case refuted(String)

        /// The answer for a person, in lower case and without a full stop.
        var words: String {
            switch self {
            case .holds(let time, let authority):
                "its head existed at \(Instant(time)), says \(authority)"
            case .unknown(let words), .notChecked(let words), .refuted(let words): words
            }
        }
    }

    /// The ``Anchor/type`` of the anchors that it can check.
    public let type: Text

    /// Says what an anchor's evidence shows about the anchor's digest.
    ///
    /// The anchor is about the entry, and its head is one that a log key of the kit has signed.
    let check: @Sendable (Anchor) -> Answer

    /// Creates a checker for anchors of `type`.
    public init(type: Text, check: @escaping @Sendable (Anchor) -> Answer) {
        self.type = type
        self.check = check
    }
}
