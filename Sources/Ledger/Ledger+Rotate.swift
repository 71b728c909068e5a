public import Checkpoints
public import Encoding
import Files
import Jobs
import Keys
public import LedgerStore
public import Manifests
public import Provenance
import Synchronization

extension Ledger {
    /// The next key of one of the ledger's purposes, and how far its handover is.
    public struct Rotation: Hashable, Sendable {
        /// How far it is.
        public enum Status: String, Sendable {
            /// The next key lies beside the one in force, which goes on signing.
            case prepared

            /// This call has handed the key over.
            case handedOver

            /// It was handed over a short time before: this call has changed nothing.
            case known
        }

        /// Which key.
        public let which: LogKeyManifest.Which

        /// How far it is.
        public let status: Status

        /// Whether the next key lay there already, from a call that prepared it or did not come to
        /// its end.
        public let wasPrepared: Bool

        /// The key that is, or was, handed over: a vkey string, or a coseKey string.
        public let old: Text

        /// The key that follows it, in the same form.
        public let new: Text

        /// The entry that says so; nil while it is only prepared.
        public let entry: HandoverEntry?
    }

    /// The entry of a handover.
    public struct HandoverEntry: Hashable, Sendable {
        /// Its index.
        public let index: UInt64

        /// Its name.
        public let id: EntryID

        /// The last tree size that the old key signs.
        public let lastSize: UInt64

        /// The tree size from which heads of the old key are suspect; nil for none.
        public let suspectFrom: UInt64?
    }

    /// Seconds in which a second call for the same handover is taken as the first one again: nobody
    /// hands over one key twice a day, unless it was stolen, and a kill may have kept the answer of
    /// the first from being read.
    private static let repeatSeconds: UInt64 = 24 * 60 * 60

    /// Makes the next key of a purpose, so that others can be told of it before it signs.
    ///
    /// Again gives the same key.
    public func prepareRotation(
        of which: LogKeyManifest.Which
    ) throws(LedgerError) -> Rotation {
        let folder = try LedgerKeys.folder(options.keys)
        try settle(in: folder)
        let (key, wasThere) = try nextKey(of: which, in: folder)
        return Rotation(
            which: which, status: .prepared, wasPrepared: wasThere,
            old: published.registry.currentName(which),
            new: try Handover.name(of: key, which, origin: origin), entry: nil)
    }

    /// The note key that is prepared and signs nothing yet; nil where none is.
    public func nextNoteKey() throws(LedgerError) -> VerifierKey? {
        let folder = try LedgerKeys.folder(options.keys)
        guard let key = try LedgerKeys.ifThere(LedgerKeys.nextName(of: .note), in: folder) else {
            return nil
        }
        return try Handover.noteKey(of: key, origin: origin)
    }

    /// Hands one of the ledger's own keys over to the next one (registry.md §7).
    ///
    /// Returns once the new key has signed a head. It is safe to call again, after a kill too. The
    /// steps, each of them durable: the next key beside the one in force; the entry; the head
    /// with it, which the new key signs; the new key in the old one's place. Start-up completes
    /// what a crash leaves after the second.
    ///
    /// - Parameters:
    ///   - which: The key.
    ///   - suspectFrom: The tree size from which heads of the keys so far are suspect, because one
    ///     of them was stolen; not for the ledger key.
    ///   - again: True hands over also what was handed over a short time ago.
    public func rotate(
        _ which: LogKeyManifest.Which, suspectFrom: UInt64? = nil, again: Bool = false
    ) throws(LedgerError) -> Rotation {
        let folder = try LedgerKeys.folder(options.keys)
        try settle(in: folder)
        try check(suspectFrom, which)
        let isPrepared = try LedgerKeys.ifThere(LedgerKeys.nextName(of: which), in: folder) != nil
        if !again, !isPrepared, let known = try recent(which, suspectFrom) { return known }
        let (key, wasThere) = try nextKey(of: which, in: folder)
        let index = try handOver(which, to: key, suspectFrom)
        try settle(in: folder)
        guard let handover = try handover(at: index) else {
            throw .corrupt("entry \(index) is not the handover that was logged")
        }
        return handover.rotation(.handedOver, wasPrepared: wasThere)
    }

    /// Removes what a kill left, and gives new keys that are in force the places of the old ones,
    /// where a call before could not.
    private func settle(in folder: Folder) throws(LedgerError) {
        try LedgerKeys.removeTemporaries(in: folder)
        guard published.readiness == nil else { return }
        try LedgerKeys.settle(by: published.registry, in: folder)
    }

    /// The next key, and whether it lay there already; else it is made, and is on the disk.
    private func nextKey(
        of which: LogKeyManifest.Which, in folder: Folder
    ) throws(LedgerError) -> (key: SigningKey, wasThere: Bool) {
        let (name, registry) = (LedgerKeys.nextName(of: which), published.registry)
        if let key = try LedgerKeys.ifThere(name, in: folder) {
            guard !registry.isCurrent(key.publicKey, which) else {
                throw .tryAgain(
                    "\(folder.path(of: name)): is in force already, and is given its place once "
                        + "the ledger is ready; leave it there, and run this again then")
            }
            guard !registry.wasInForce(key.publicKey, which) else {
                throw .unfit(
                    path: folder.path(of: name),
                    reason: "is a key that the ledger has had: remove this file")
            }
            return (key, true)
        }
        // -8 is EdDSA; a policy without it lists ES256, or nothing that can be made here.
        let isListed = registry.policy.settings.algorithms.contains(-8)
        let key = KeyFile.generate(which == .note || isListed ? .ed25519 : .es256)
        try LedgerKeys.write(key, name, in: folder)
        return (key, false)
    }

    private func check(
        _ suspectFrom: UInt64?, _ which: LogKeyManifest.Which
    ) throws(LedgerError) {
        guard let suspectFrom else { return }
        guard which != .ledger else {
            throw .badRequest("the ledger key signs no heads: it has no suspect ones")
        }
        let size = published.head.size
        guard suspectFrom > 0, suspectFrom <= size else {
            throw .badRequest(
                "the size from which heads are suspect must be from 1 to \(size), the tree's")
        }
    }

    /// Waits for the sequencer, which makes the entry.
    private func handOver(
        _ which: LogKeyManifest.Which, to key: SigningKey, _ suspectFrom: UInt64?
    ) throws(LedgerError) -> UInt64 {
        let outcome = Awaited<Result<UInt64, LedgerError>>()
        let order = Handover(which: which, next: key, suspectFrom: suspectFrom) { outcome.set($0) }
        let chunk = SequencerQueue.Chunk(
            candidates: [], controls: 0, byteCount: 0, handover: order
        ) { _ in }
        guard sequencer.queue.append(chunk) else {
            throw .tryAgain("too much waits to be registered, or the ledger is closing")
        }
        return try outcome.value().get()
    }

    // MARK: - Handovers in the log

    /// The newest handover of a key, where it is so recent that the same was meant again.
    private func recent(
        _ which: LogKeyManifest.Which, _ suspectFrom: UInt64?
    ) throws(LedgerError) -> Rotation? {
        var found: LoggedHandover?
        try published.store.forEachControl { index, statement throws(LedgerError) in
            guard let handover = LoggedHandover(statement, at: index),
                handover.manifest.which == which
            else { return }
            found = handover
        }
        guard let found, found.manifest.suspectFrom == suspectFrom,
            clock() < found.statement.issuedAt + Self.repeatSeconds
        else { return nil }
        return found.rotation(.known, wasPrepared: false)
    }

    private func handover(at index: UInt64) throws(LedgerError) -> LoggedHandover? {
        LoggedHandover(try published.store.statement(at: index), at: index)
    }
}

/// A handover as it stands in the log.
private struct LoggedHandover {
    let statement: Statement
    let index: UInt64
    let manifest: LogKeyManifest

    /// Nil for every other control statement.
    init?(_ statement: Statement, at index: UInt64) {
        guard let content = statement.controlManifest,
            content.predicateType == PredicateType.logKey,
            let manifest = try? LogKeyManifest(content)
        else { return nil }
        (self.statement, self.index, self.manifest) = (statement, index, manifest)
    }

    func rotation(_ status: Ledger.Rotation.Status, wasPrepared: Bool) -> Ledger.Rotation {
        Ledger.Rotation(
            which: manifest.which, status: status, wasPrepared: wasPrepared, old: manifest.old,
            new: manifest.new,
            entry: Ledger.HandoverEntry(
                index: index, id: statement.id, lastSize: manifest.lastSize,
                suspectFrom: manifest.suspectFrom))
    }
}

/// A value that one thread waits for and another sets, once.
private final class Awaited<Value: Sendable>: Sendable {
    private let condition = MonotonicCondition()
    private let state = Mutex<Value?>(nil)

    func set(_ value: Value) {
        condition.withLock {
            state.withLock { $0 = value }
            condition.signal()
        }
    }

    func value() -> Value {
        condition.withLock {
            while true {
                if let value = state.withLock({ $0 }) { return value }
                condition.wait()
            }
        }
    }
}
