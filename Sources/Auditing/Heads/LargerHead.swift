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
        case file(String)

        /// An earlier run saw it, perhaps at another source.
        case earlier
    }

    /// Number of entries.
    package let size: UInt64

    /// Where it is known from.
    package let origin: Origin

    /// Finds out where a head is known from.
    ///
    /// - Parameter kit: the head that the trust kit has; nil where there is no kit.
    init(_ head: Checkpoint, kit: Checkpoint?, others: [HeadCheck.Other]) {
        size = head.size
        if head == kit {
            origin = .kit
        } else if let other = others.first(where: { $0.claim == head }) {
            origin = .file(other.name)
        } else {
            origin = .earlier
        }
    }
}

extension HeadCheck.Other {
    /// The head that its note names; nil where it is no note.
    fileprivate var claim: Checkpoint? {
        (try? SignedCheckpoint(parsing: note, allowingExtensions: true))?.claim
    }
}
