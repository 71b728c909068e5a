/// When a head of some size was there, as two times that never stand for each other.
///
/// A cosignature says that a head was there when it was made. It does not say that the head was
/// the newest then: a witness may be asked late, about a head that has been extended since.
package struct HeadTime: Hashable, Sendable {
    /// Number of entries.
    package let size: UInt64

    /// A time by which the head was there, POSIX seconds: of the newest cosignature of a witness,
    /// or of one's own look at the ledger.
    package let seen: UInt64

    /// The latest time at which there was no larger one yet, POSIX seconds: of one's own look at
    /// the ledger, or of the first cosignature; nil where nobody says.
    package internal(set) var newestAt: UInt64?

    /// Creates it of its parts.
    package init(size: UInt64, seen: UInt64, newestAt: UInt64?) {
        (self.size, self.seen, self.newestAt) = (size, seen, newestAt)
    }
}
