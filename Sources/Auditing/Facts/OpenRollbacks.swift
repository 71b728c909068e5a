import Encoding
import Merkle
import Provenance

/// Rollbacks whose postmortems are waited for, or were not judged yet (milestones.md §6).
package struct OpenRollbacks: Hashable, Sendable {
    /// A rollback, and the first postmortem behind it.
    struct Rollback: Hashable, Sendable {
        let index: UInt64
        let entry: Hash

        /// SHA-256 of the milestone's URI, which is the statement's subject.
        let milestone: Hash

        /// SHA-256 of the slice.
        let slice: Hash

        /// The entry of its postmortem; nil where there is none.
        var postmortem: UInt64?

        /// Whether it was found late or in time, for good.
        var isJudged = false
    }

    /// A statement about what went wrong.
    struct Postmortem {
        let index: UInt64

        /// SHA-256 of its issuer.
        let issuer: Hash

        /// The digests of its subjects.
        let milestones: [Hash]

        /// The names of entries that it has; where it has none it is about the newest rollback.
        let entries: [Text]
    }

    /// Rollbacks that are kept: whoever has more of them open looks at none.
    static let limit = 4_096

    /// In the order of the log.
    var rollbacks: [Rollback] = []

    /// Rollbacks that were let go, because newer ones took their place.
    var overlooked: UInt64 = 0

    mutating func add(_ rollback: Rollback) {
        rollbacks.append(rollback)
        guard rollbacks.count > Self.limit else { return }
        if !rollbacks.removeFirst().isJudged { overlooked += 1 }
    }

    /// Takes a postmortem about these milestones, which names entries; where it names none it is
    /// that of the newest rollback of each slice.
    mutating func take(_ postmortem: Postmortem, deciders: Set<Hash>) {
        var slices: Set<Hash> = []
        for place in rollbacks.indices.reversed()
        where postmortem.milestones.contains(rollbacks[place].milestone) {
            let rollback = rollbacks[place]
            guard postmortem.issuer == rollback.slice || deciders.contains(postmortem.issuer)
            else { continue }
            let isNewest = slices.insert(rollback.slice).inserted
            guard rollback.postmortem == nil,
                postmortem.entries.isEmpty
                    ? isNewest : postmortem.entries.contains(Text("\(EntryID(rollback.entry))"))
            else { continue }
            rollbacks[place].postmortem = postmortem.index
        }
    }
}
