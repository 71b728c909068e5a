package import Checkpoints
import Encoding

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

    /// Size of the largest head that a source showed as its newest and that met the quorum: a
    /// source that shows less goes back.
    package private(set) var acceptedSize: UInt64

    /// Heads and when a witness, or this audit, first saw them, the oldest first: by them it is
    /// known since when nothing was dated.
    package private(set) var times: [SeenTime]

    /// Bytes of the heads that wait: some hundred, of less than 1 KiB each; they are written
    /// again with each commit.
    package static let waitingLimit = 256 << 10

    /// Times that are kept: one an hour, for some days.
    static let timeLimit = 128

    /// An hour: of two heads within it the first says enough.
    private static let timeStep: UInt64 = 3_600

    /// Remembers nothing.
    package init() {
        (trunk, waiting, acceptedSize, times) = (nil, [], 0, [])
    }

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
        acceptedSize = max(acceptedSize, head.size)
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

    /// Remembers that a head of this size was there at a time.
    package mutating func saw(size: UInt64, at time: UInt64) {
        if let last = times.last {
            guard size > last.size, time >= last.time + Self.timeStep else { return }
        }
        times.append(SeenTime(size: size, time: time))
        if times.count > Self.timeLimit { times.removeFirst(times.count - Self.timeLimit) }
    }

    /// The earliest time at which a head larger than `size` was there; nil where none is known.
    package func firstTime(above size: UInt64) -> UInt64? {
        times.first { $0.size > size }?.time
    }
}

extension HeadMemory {
    /// The memory's bytes, as a state keeps them (audit.md §4).
    package var encoded: [UInt8] {
        CBOR.array([
            trunk.map { .bytes($0.encoded) } ?? .null,
            .array(waiting.map { .bytes($0.encoded) }), .unsigned(acceptedSize),
            .array(times.map { .array([.unsigned($0.size), .unsigned($0.time)]) }),
        ]).encoded()
    }

    /// Reads what ``encoded`` made; nil where it is anything else.
    package init?(_ bytes: [UInt8]) {
        guard let parts = (try? CBOR.decode(bytes))?.arrayValue, parts.count == 4,
            let notes = parts[1].arrayValue, let accepted = parts[2].unsignedValue,
            let pairs = parts[3].arrayValue
        else { return nil }
        var trunk: SignedCheckpoint?
        if parts[0] != .null {
            guard let note = Self.note(parts[0]) else { return nil }
            trunk = note
        }
        let waiting = notes.compactMap(Self.note)
        let times = pairs.compactMap { pair -> SeenTime? in
            guard let numbers = pair.arrayValue, numbers.count == 2,
                let size = numbers[0].unsignedValue, let time = numbers[1].unsignedValue
            else { return nil }
            return SeenTime(size: size, time: time)
        }
        guard waiting.count == notes.count, times.count == pairs.count else { return nil }
        (self.trunk, self.waiting, acceptedSize, self.times) = (trunk, waiting, accepted, times)
    }

    private static func note(_ item: CBOR) -> SignedCheckpoint? {
        // A log of another kind may have extension lines.
        item.bytesValue.flatMap { try? SignedCheckpoint(parsing: $0, allowingExtensions: true) }
    }
}
