/// For how long the next batch gathers after one that many have asked for.
///
/// Each batch costs two signatures, two syncs and a publication, however few entries it has. Where
/// a few hundred clients register one by one, the next batch would begin with the few that came
/// during the last one; a little later it has several times as many, and each of them costs less.
/// Where few register nobody waits.
package struct Gathering: Sendable {
    /// Chunks of a batch from which on the next one gathers: each is of another request, or another
    /// part of a long one.
    package static let busyChunks = 16

    /// The next one gathers for so many times what the last one took.
    package static let share = 2

    /// But for no longer than this.
    package static let longest = Duration.milliseconds(8)

    /// Until when the next batch gathers; nil where it begins with its first entry.
    package private(set) var end: ContinuousClock.Instant?

    /// Creates the state before the first batch.
    package init() {}

    /// Notes a batch: its chunks, and from when to when it was written.
    package mutating func note(
        chunks: Int, from start: ContinuousClock.Instant, to now: ContinuousClock.Instant
    ) {
        end = chunks < Self.busyChunks ? nil : now + min(Self.longest, (now - start) * Self.share)
    }
}
