/// For how long the next batch gathers after one that many have asked for.
///
/// Each batch costs two signatures, two syncs and a publication, however few entries it has. Where
/// a few hundred clients register one by one, the next batch would begin with the few that came
/// during the last one; a little later it has several times as many, and each of them costs less.
/// Where few register nobody waits, and nobody waits behind a batch that took long by itself: as
/// many have come meanwhile.
package struct Gathering: Sendable {
    /// Chunks of a batch from which on the next one gathers: each is of another request, or another
    /// part of a long one.
    package static let busyChunks = 16

    /// From the start of a batch to that of the next are so many times what the first one took.
    package static let share = 5

    /// But no longer than this.
    package static let longest = Duration.milliseconds(16)

    /// Until when the next batch gathers; nil where it begins with its first entry.
    package private(set) var end: ContinuousClock.Instant?

    /// Creates the state before the first batch.
    package init() {}

    /// Notes a batch: its chunks, and from when to when it was written.
    package mutating func note(
        chunks: Int, from start: ContinuousClock.Instant, to now: ContinuousClock.Instant
    ) {
        let next = start + min(Self.longest, (now - start) * Self.share)
        end = chunks < Self.busyChunks || next <= now ? nil : next
    }
}
