import Manifests

/// Every bound of a search for pictures that look alike.
package enum SimilarityLimit {
    /// Hashes that are looked for in one pass: a picture has eight orientations.
    package static let orientations = 8

    /// The largest distance: what is further away is not alike at all.
    package static let distance = LikenessBand.limit

    /// Entries in one answer at most: each is read and checked before it is named.
    package static let entries = 100

    /// Entries in one answer, where the client names no number.
    package static let usualEntries = 10

    /// Entries of the log in one piece of the index: 136 KiB where each is a picture, so that an
    /// erasure writes little anew, and 2,442 pieces at ten million.
    package static let pieceEntries: UInt64 = 4_096

    /// Entries that are read between two looks for searches: some milliseconds.
    package static let stepEntries: UInt64 = 256

    /// Searches that wait at most, so that nobody who is let in waits for longer than a few
    /// seconds at ten million hashes.
    package static let waiting = 32

    /// Searches of one client that wait at most.
    package static let waitingOfClient = 4

    /// Bytes of a search as it is sent: eight hashes, with room for white space.
    package static let searchBytes = 4_096
}
