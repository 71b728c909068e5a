public import Encoding
public import Merkle

/// Checks one type of independent evidence for a tree head: a program passes those that it has to
/// a ``Verifier``.
///
/// `Provenance` has no C library and no network, and so no checker of its own. A checker's trust
/// roots come from the trust kit or from the program, never from the file.
public struct EvidenceChecker: Sendable {
    /// What evidence shows that holds.
    public struct Holding: Hashable, Sendable {
        /// The head existed by then, in POSIX seconds.
        public let time: UInt64

        /// By how many seconds ``time`` may be wrong: about two hours where it is a block's.
        public let tolerance: UInt64

        /// Who says so, and is trusted: a name for a person, as `Example TSA`.
        public let authority: String

        /// When the certificate of the authority ends, in POSIX seconds; nil where it has none.
        public let expires: UInt64?

        /// What else existed by then: the SHA-256 of each other evidence that this one commits to.
        public let sealed: [Hash]

        /// Puts together what is shown.
        public init(
            time: UInt64, tolerance: UInt64 = 0, authority: String, expires: UInt64? = nil,
            sealed: [Hash] = []
        ) {
            self.time = time
            self.tolerance = tolerance
            self.authority = authority
            self.expires = expires
            self.sealed = sealed
        }

        /// The end of the time by which the head existed.
        var latest: UInt64 {
            let (latest, isBeyond) = time.addingReportingOverflow(tolerance)
            return isBeyond ? .max : latest
        }
    }

    /// What a checker says about one anchor.
    public enum Answer: Hashable, Sendable {
        /// Somebody who is trusted says by when the head existed.
        case holds(Holding)

        /// It is well formed, and it is by somebody that is not known, or not complete yet.
        case unknown(String)

        /// This checker lacks the means: an algorithm, say.
        case notChecked(String)

        /// It does not hold, or is about something else.
        case refuted(String)

        /// The head existed at `time`, in POSIX seconds, says `authority`, which is trusted.
        public static func holds(time: UInt64, authority: String) -> Answer {
            .holds(Holding(time: time, authority: authority))
        }
    }

    /// The ``Anchor/type`` of the anchors that it can check.
    public let type: Text

    /// Says what an anchor's evidence shows about the anchor's digest.
    ///
    /// The anchor is about the entry, and its head is one that a log key of the kit has signed. It
    /// is asked for each anchor of a file once, so at most 16 times (record.md §1).
    package let check: @Sendable (Anchor) -> Answer

    /// Creates a checker for anchors of `type`; the words of its answers are for a person, in lower
    /// case and without a full stop.
    public init(type: Text, check: @escaping @Sendable (Anchor) -> Answer) {
        self.type = type
        self.check = check
    }
}
