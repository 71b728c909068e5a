/// What one run of a mirror has done, and what it found.
package struct MirrorReport: Sendable {
    /// Size of the copy before; 0 where there was none.
    package internal(set) var oldSize: UInt64 = 0

    /// Size of the copy now.
    package internal(set) var size: UInt64 = 0

    /// Number of files that were written.
    package internal(set) var files = 0

    /// Bytes of these files.
    package internal(set) var bytes = 0

    /// Files from which erased manifests were taken.
    package internal(set) var cleaned = 0

    /// Entries of the copy whose manifest nobody has shown yet, and which no erasure names.
    package internal(set) var missingManifests: UInt64 = 0

    /// The first of them that this run has asked for.
    package internal(set) var firstMissing: UInt64?

    /// The number of entries that the copy's index head covers; nil where it has none.
    package internal(set) var indexedSize: UInt64?

    /// Whether the index head of the log could not be read: the next run may bring it.
    ///
    /// It is among what the copy did not take, too.
    package private(set) var isIndexHeadUnread = false

    /// What the log shows and the copy did not take, the first ``refusedLimit`` of it.
    package private(set) var refused: [Refused] = []

    /// How much that is.
    package private(set) var refusedCount = 0

    /// A file, or a part of one, that was not taken.
    package struct Refused: Hashable, Sendable {
        /// The name of the file in the layout.
        package let name: String

        /// Why, as what follows the name.
        package let reason: String
    }

    /// Files that a report names: as many as somebody reads.
    package static let refusedLimit = 100

    mutating func refuse(_ name: String, _ reason: String) {
        refusedCount += 1
        guard refused.count < Self.refusedLimit else { return }
        refused.append(Refused(name: name, reason: reason))
    }

    /// Names the index head, which could not be read for this reason.
    mutating func lacksIndexHead(_ reason: String) {
        isIndexHeadUnread = true
        refuse(StaticLayout.indexHead, reason)
    }

    /// Names a tile that is wrong; the copy has the one that is made of the entries.
    mutating func refuse(_ damage: LogError) {
        guard let part = damage.file?.part else {
            preconditionFailure("what is wrong in a walk is a file: \(damage)")
        }
        refuse(LogLayout.tiles.file(part).path, damage.reason)
    }

    mutating func miss(_ index: UInt64) {
        firstMissing = firstMissing ?? index
    }
}

/// How far a run of a mirror is.
package struct MirrorProgress: Sendable {
    /// What it does, for words.
    package enum Step: Sendable {
        /// Takes erased manifests out of files.
        case erasing
        /// Copies entries.
        case copying
        /// Asks for evidence about heads that came later than its entries.
        case evidence
    }

    /// What it does.
    package let step: Step

    /// How much of it is done: entries, or files.
    package let done: UInt64

    /// How much there is to do.
    package let total: UInt64

    /// Bytes that were written.
    package let bytes: Int
}
