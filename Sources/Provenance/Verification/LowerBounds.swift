import Checkpoints
import Encoding
import Manifests

/// The times before which a head that holds the entry cannot have existed: evidence that says so
/// is *false* (verification.md §8).
///
/// Takes the proven heads, by whose receipts the log says when it made them, the kit's head, and
/// the head that the statement names as seen. What a thief may have signed says nothing of the
/// time.
struct LowerBounds {
    /// By how many seconds honest clocks may differ, those of witnesses and of others alike.
    static let skew = Cosignature.pastSkew

    /// When the quorum of the kit's policy had seen the head that the statement names, in POSIX
    /// seconds; nil where it names none, or not enough witnesses have.
    ///
    /// Their signatures stand in the manifest, so the statement was signed after that.
    let seen: UInt64?

    /// The witnesses of the kit's policy who have cosigned that head, in its order.
    let seenBy: [PolicyWord]

    private let made: [(origin: Text, size: UInt64, time: UInt64)]

    /// Takes what is known of the heads' times, and reads the head that `manifest` names.
    init(
        of heads: ProvenHeads, in manifest: Manifest?, by kit: TrustKit,
        _ reader: inout HeadReader
    ) {
        var made = heads.heads.compactMap { head in
            head.doubt == nil ? head.time.map { (head.origin, head.size, $0) } : nil
        }
        if kit.registry.doubt(about: kit.size, withReceipt: true) == nil {
            made.append((kit.origin.text, kit.size, kit.time))
        }
        self.made = made
        (seen, seenBy) = Self.seen(in: manifest, by: kit.policy, &reader)
    }

    /// Says why a head cannot have existed by `latest`; nil where it can.
    ///
    /// A smaller head was there before it. One of its own size says nothing: after a restore the
    /// same head is signed again, at a later time.
    func contradiction(of latest: UInt64, about head: Checkpoint) -> String? {
        if let words = contradictionOfSeen(latest) { return words }
        let earlier = made.filter { $0.origin == head.origin && $0.size < head.size }
        guard let newest = earlier.max(by: { $0.time < $1.time }), isBefore(latest, newest.time)
        else { return nil }
        return "is before \(Instant(newest.time)), when the log made its head of size "
            + "\(newest.size), which is older"
    }

    /// Says why the entry cannot have existed by `latest`, by the head that the statement names.
    func contradictionOfSeen(_ latest: UInt64) -> String? {
        guard let seen, isBefore(latest, seen) else { return nil }
        return "is before \(Instant(seen)), when witnesses had seen the head that the signer names"
    }

    /// Whether one time is before another whatever the clocks.
    func isBefore(_ time: UInt64, _ other: UInt64) -> Bool {
        other > time && other - time > Self.skew
    }

    /// What is wrong with the head that is named is a finding of ``SeenBound``.
    private static func seen(
        in manifest: Manifest?, by policy: TrustPolicy, _ reader: inout HeadReader
    ) -> (time: UInt64?, by: [PolicyWord]) {
        guard let manifest, let note = ProvenanceFacts.seenCheckpoint(in: manifest),
            let reading = try? reader.read(note.utf8), let head = try? reading.open()
        else { return (nil, []) }
        let evaluation = policy.evaluate(reading.signed, verified: head)
        guard evaluation.badKey == nil, case .met(let time) = evaluation.quorum else {
            return (nil, [])
        }
        let witnesses = evaluation.witnesses.filter { finding in
            if case .cosigned = finding.verdict { true } else { false }
        }
        return (time, witnesses.map(\.witness.name))
    }
}
