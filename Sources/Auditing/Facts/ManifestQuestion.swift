package import Merkle

/// A manifest that must be read again before anything is said of it.
package struct ManifestQuestion: Hashable, Sendable {
    /// Why it is to be read again.
    package enum Reason: Hashable, Sendable {
        /// It was served, and this entry erases it: it may have been read before the erasure.
        case erased(by: UInt64)

        /// It was not there, and no erasure that was read so far names it: the erasure may be newer
        /// than the head, or the source not written to its end.
        case unexplained
    }

    /// The entry that it belongs to.
    package let index: UInt64

    /// The SHA-256 of its bytes.
    package let digest: Hash

    /// Why it is to be read again.
    package let reason: Reason

    /// What is found where the answer does not change.
    package var finding: AuditFinding {
        switch reason {
        case .erased(let erasure):
            AuditFinding(
                .erasure, .entry(index), "has its manifest yet, which entry \(erasure) has erased")
        case .unexplained:
            AuditFinding(.manifest, .entry(index), "the manifest is missing, and nothing erases it")
        }
    }

    /// Questions that are kept, and asked in one run: each may cost the reading of a whole file.
    ///
    /// Those beyond are asked once these are answered (``LaterQuestions``).
    package static let limit = 4_096

    /// Questions about entries of one manifest: where they are answered, so are the others'.
    static let limitPerManifest = 64
}

/// Questions for which there was no room: they are found again in the runs once there is some.
struct LaterQuestions: Hashable, Sendable {
    /// How many there are; where an erasure has answered some since, fewer.
    var count: UInt64 = 0

    /// The least digest of a manifest that one of them is about.
    var from = Hash.zero

    /// Each is about an entry from here on, or came of an erasure from here on.
    var since: UInt64 = .max

    /// Takes one more.
    mutating func add(_ digest: Hash) {
        let isLeast = count == 0 || DigestName(digest) < DigestName(from)
        if isLeast { from = digest }
        count += 1
    }
}
