public import Encoding

extension Report {
    /// What one anchor of the record is worth: independent evidence that a head which holds the
    /// entry existed.
    public struct Evidence: Hashable, Sendable {
        /// Its ``Anchor/type``; nil where it names none.
        public let type: Text?

        /// The size of the head that it dates; nil where it is of none that holds the entry.
        public let size: UInt64?

        /// Who says so; nil where the evidence does not hold.
        public let authority: String?

        /// The head existed by then, in POSIX seconds; nil where the evidence does not hold.
        public let time: UInt64?

        /// By how many seconds ``time`` may be wrong.
        public let tolerance: UInt64

        /// When the certificate of the authority ends, in POSIX seconds; nil where it has none.
        public let expires: UInt64?

        /// Whether other evidence in the record, older than ``expires``, shows that this one
        /// existed.
        ///
        /// Where it is not, and the certificate has ended, nothing later covers the evidence.
        public let isSealed: Bool

        /// What it is worth.
        public let verdict: Verdict
    }

    /// By when the entry existed, and who says so.
    public struct Bound: Hashable, Sendable {
        /// Who can say so.
        public enum Source: Hashable, Sendable {
            /// The quorum of the kit's witnesses.
            case witnesses

            /// Evidence of this type.
            case evidence(Text)

            /// The name of it in an answer.
            public var name: Text {
                switch self {
                case .witnesses: "witnesses"
                case .evidence(let type): type
                }
            }
        }

        /// Who says so.
        public let source: Source

        /// The name of who says so: of witnesses that of the quorum in the kit's policy.
        public let authority: String

        /// The time, in POSIX seconds.
        public let time: UInt64

        /// By how many seconds ``time`` may be wrong.
        public let tolerance: UInt64

        /// The end of the time by which the entry existed.
        public var latest: UInt64 {
            let (latest, isBeyond) = time.addingReportingOverflow(tolerance)
            return isBeyond ? .max : latest
        }
    }
}
