package import Checkpoints
import Encoding
import Merkle

/// The heads of a log that an audit has seen: what every later one must be consistent with.
///
/// One of them is the *trunk*: it is proven to extend each head that was seen but those that wait.
/// A head waits where nobody could show yet how it stands to the trunk: it is larger than what the
/// source has, as that of a newer trust kit, or of a record.
package struct HeadMemory: Hashable, Sendable {
    /// The largest head to which all but those that wait are proven to lead; nil before the first.
    package private(set) var trunk: SignedCheckpoint?

    /// The heads that wait, the smallest first.
    package private(set) var waiting: [SignedCheckpoint]

    /// For each source, by the SHA-256 of its name, the size of the largest head that it showed as
    /// its newest and that met the quorum.
    private var accepted: [Hash: UInt64]

    /// The source that is read: a copy that lags behind another source does not go back.
    private var source: Hash?

    /// Heads and when they were there, the smallest first: by them it is known since when nothing
    /// was dated, and until when a postmortem was not there.
    package private(set) var times: [HeadTime]

    /// The forks that were found: one stays so where its proof is lost, or altered.
    package private(set) var forks: [KnownFork]

    /// Forks that are remembered: one is enough to believe the log no longer.
    static let forkLimit = 64

    /// Bytes of the heads that wait: some hundred, of less than 1 KiB each; they are written
    /// again with each commit.
    package static let waitingLimit = 256 << 10

    /// Sources that are remembered: nobody has so many copies of one log.
    static let sourceLimit = 64

    /// Times that are kept: one an hour, for some days.
    static let timeLimit = 128

    /// An hour: of two heads within it the first says enough.
    private static let timeStep: UInt64 = 3_600

    /// Remembers nothing.
    package init() {
        (trunk, waiting, accepted, times, forks) = (nil, [], [:], [], [])
    }

    /// Says which source is read from here on.
    package mutating func read(source name: String) {
        source = .sha256(Array(name.utf8))
    }

    /// Size of the largest head that the source has shown and that met the quorum: a source that
    /// shows less goes back.
    package var acceptedSize: UInt64 { source.flatMap { accepted[$0] } ?? 0 }

    /// Says whether this very head was seen, whatever lines its note has.
    package func knows(_ head: Checkpoint) -> Bool {
        trunk?.claim == head || waiting.contains { $0.claim == head }
    }

    /// Takes a head that is proven to extend the trunk, or to be it.
    package mutating func grow(to head: SignedCheckpoint) {
        precondition(head.claim.size >= trunk?.claim.size ?? 0, "a trunk grows")
        trunk = head
        waiting.removeAll { $0.claim == head.claim }
    }

    /// Takes a head that was shown as the newest and met the quorum.
    package mutating func accept(_ head: Checkpoint) {
        guard let source else { return }
        accepted[source] = max(acceptedSize, head.size)
        guard accepted.count > Self.sourceLimit else { return }
        let others = accepted.filter { $0.key != source }
        if let least = others.min(by: { $0.value < $1.value }) { accepted[least.key] = nil }
    }

    /// Lets a head wait; false where there is no room.
    package mutating func wait(for head: SignedCheckpoint) -> Bool {
        guard !knows(head.claim) else { return true }
        let bytes = waiting.reduce(head.encoded.count) { $0 + $1.encoded.count }
        guard bytes <= Self.waitingLimit else { return false }
        waiting.append(head)
        waiting.sort { $0.claim.size < $1.claim.size }
        return true
    }

    /// Takes a head that waited and is proven now to lead to the trunk, or to contradict it.
    package mutating func settle(_ head: Checkpoint) {
        waiting.removeAll { $0.claim == head }
    }

    /// Remembers that a head was there, and until when no larger one was.
    package mutating func saw(_ head: HeadTime) {
        if let last = times.last {
            if head.size == last.size {
                let newest = [last.newestAt, head.newestAt].compactMap(\.self).max()
                times[times.count - 1].newestAt = newest
                return
            }
            guard head.size > last.size, Self.isLater(head, last) else { return }
        }
        times.append(head)
        if times.count > Self.timeLimit { times.removeFirst(times.count - Self.timeLimit) }
    }

    /// Whether a head was there so much later than another that both say more than one.
    private static func isLater(_ head: HeadTime, _ last: HeadTime) -> Bool {
        max(head.seen, head.newestAt ?? 0) >= max(last.seen, last.newestAt ?? 0) + timeStep
    }

    /// Remembers a fork that was found.
    package mutating func remember(_ fork: KnownFork) {
        guard !forks.contains(fork), forks.count < Self.forkLimit else { return }
        forks.append(fork)
    }

    /// The earliest time by which a head larger than `size` was there; nil where none is known.
    package func firstTime(above size: UInt64) -> UInt64? {
        times.lazy.filter { $0.size > size }.map(\.seen).min()
    }
}

extension HeadMemory {
    /// The memory's bytes, as a state keeps them (audit.md §4).
    package var encoded: [UInt8] {
        CBOR.array([
            trunk.map { .bytes($0.encoded) } ?? .null,
            .array(waiting.map { .bytes($0.encoded) }),
            .array(
                accepted.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }.map {
                    .array([.bytes($0.key.bytes), .unsigned($0.value)])
                }),
            .array(
                times.map { time in
                    .array(
                        [.unsigned(time.size), .unsigned(time.seen)]
                            + (time.newestAt.map { [.unsigned($0)] } ?? []))
                }),
            .array(forks.map { .array([.unsigned($0.size), .text($0.file)]) }),
        ]).encoded()
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let parts = (try? CBOR.decode(bytes))?.arrayValue, parts.count == 5,
            let notes = parts[1].arrayValue, let rows = parts[2].arrayValue,
            let pairs = parts[3].arrayValue, let forks = parts[4].arrayValue
        else { return nil }
        var trunk: SignedCheckpoint?
        if parts[0] != .null {
            guard let note = Self.note(parts[0]) else { return nil }
            trunk = note
        }
        let waiting = notes.compactMap(Self.note)
        let times = pairs.compactMap(Self.time)
        let known = forks.compactMap { fork -> KnownFork? in
            guard let parts = fork.arrayValue, parts.count == 2,
                let size = parts[0].unsignedValue, let file = parts[1].textValue
            else { return nil }
            return KnownFork(size: size, file: file)
        }
        guard waiting.count == notes.count, times.count == pairs.count, known.count == forks.count
        else { return nil }
        (self.trunk, self.waiting, self.times, self.forks) = (trunk, waiting, times, known)
        accepted = [:]
        for row in rows {
            guard let parts = row.arrayValue, parts.count == 2,
                let source = parts[0].bytesValue.flatMap({ Hash($0) }),
                let size = parts[1].unsignedValue
            else { return nil }
            accepted[source] = size
        }
    }

    /// Reads a head's times; a state of an older version has one of both only.
    private static func time(_ item: CBOR) -> HeadTime? {
        guard let items = item.arrayValue, (2...3).contains(items.count) else { return nil }
        let numbers = items.compactMap(\.unsignedValue)
        guard numbers.count == items.count else { return nil }
        return HeadTime(
            size: numbers[0], seen: numbers[1], newestAt: numbers.count == 3 ? numbers[2] : nil)
    }

    private static func note(_ item: CBOR) -> SignedCheckpoint? {
        // A log of another kind may have extension lines.
        item.bytesValue.flatMap { try? SignedCheckpoint(parsing: $0, allowingExtensions: true) }
    }
}
