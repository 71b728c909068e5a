import Checkpoints
import LogReader

/// A head that is larger than the newest that a source shows: the log was at least as large.
///
/// It is one that the log has signed, by the keys that are known. So a source that stays below it
/// shows an old log, and whatever it shows, nothing is known of the rest.
package struct LargerHead: Hashable, Sendable {
    /// Where it is known from.
    package enum Origin: Hashable, Sendable {
        /// The trust kit has it.
        case kit

        /// A file that the user named has it.
        case file

        /// An earlier run saw it, perhaps at another source.
        case earlier
    }

    /// Number of entries.
    package let size: UInt64

    /// Where it is known from.
    package let origin: Origin

    /// The name of the file; empty where it is known from elsewhere.
    ///
    /// Beside the enum and not in it: the compiler of Swift 6.3 releases a string in an enum in the
    /// enum of a report's ending as if it were an object.
    package let file: String

    /// Finds out where a head is known from.
    ///
    /// - Parameter kit: the head that the trust kit has; nil where there is no kit.
    init(_ head: Checkpoint, kit: Checkpoint?, others: [HeadCheck.Other]) {
        size = head.size
        if head == kit {
            (origin, file) = (.kit, "")
        } else if let other = others.first(where: { $0.claim == head }) {
            (origin, file) = (.file, other.name)
        } else {
            (origin, file) = (.earlier, "")
        }
    }
}

extension HeadCheck.Other {
    /// The head that its note names; nil where it is no note.
    fileprivate var claim: Checkpoint? {
        (try? SignedCheckpoint(parsing: note, allowingExtensions: true))?.claim
    }
}
