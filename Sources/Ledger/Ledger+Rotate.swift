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

        /// A key that was prepared before and is removed unused, because a thief may have it too;
        /// nil where none is.
        public let removed: Text?

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
        try rotations.withLock { _ throws(LedgerError) in
            let folder = try LedgerKeys.folder(options.keys)
            try settle(in: folder)
            let found = try prepared(which, in: folder)
            let key = if let found { found } else { try makeNext(which, in: folder) }
            return Rotation(
                which: which, status: .prepared, wasPrepared: found != nil, removed: nil,
                old: published.registry.currentName(which),
                new: try Handover.name(of: key, which, origin: origin), entry: nil)
        }
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
    ///     of them was stolen; not for the ledger key. A key that was prepared lay beside the
    ///     stolen one: it is removed, and the next one is made now.
    ///   - again: True hands over also what was handed over a short time ago.
    public func rotate(
        _ which: LogKeyManifest.Which, suspectFrom: UInt64? = nil, again: Bool = false
    ) throws(LedgerError) -> Rotation {
        try rotations.withLock { _ throws(LedgerError) in
            let folder = try LedgerKeys.folder(options.keys)
            try settle(in: folder)
            try check(suspectFrom, which)
            // Read once: the sequencer may give it its place meanwhile.
            var found = try prepared(which, in: folder)
            if !again, found == nil, let known = try recent(which, suspectFrom) { return known }
            var removed: Text?
            if suspectFrom != nil, let key = found {
                removed = try remove(key, which, in: folder)
                found = nil
            }
            let key = if let found { found } else { try makeNext(which, in: folder) }
            let index: UInt64
            do throws(LedgerError) {
                index = try handOver(which, to: key, suspectFrom)
            } catch .badRequest(let reason) where found != nil {
                throw .unfit(
                    path: folder.path(of: LedgerKeys.nextName(of: which)),
                    reason: "cannot be handed over to: \(reason); remove this file")
            }
            try settle(in: folder)
            guard let handover = try handover(at: index) else {
                throw .corrupt("entry \(index) is not the handover that was logged")
            }
            return handover.rotation(.handedOver, wasPrepared: found != nil, removed: removed)
        }
    }

    /// Removes what a kill left, and gives new keys that are in force the places of the old ones,
    /// where a call before could not.
    private func settle(in folder: Folder) throws(LedgerError) {
        try LedgerKeys.removeTemporaries(in: folder)
        guard published.readiness == nil else { return }
        try LedgerKeys.settle(by: published.registry, in: folder)
    }

    /// The next key that lies there already and was never in force; nil where none does.
    private func prepared(
        _ which: LogKeyManifest.Which, in folder: Folder
    ) throws(LedgerError) -> SigningKey? {
        let (name, registry) = (LedgerKeys.nextName(of: which), published.registry)
        guard let key = try LedgerKeys.ifThere(name, in: folder) else { return nil }
        guard !registry.isCurrent(key.publicKey, which) else {
            throw Self.isInForce(folder.path(of: name))
        }
        guard !registry.wasInForce(key.publicKey, which) else {
            throw .unfit(
                path: folder.path(of: name),
                reason: "is a key that the ledger has had: remove this file")
        }
        let other = LogKeyManifest.Which.allCases.first {
            $0 != which && registry.wasInForce(key.publicKey, $0)
        }
        if let other {
            throw .unfit(
                path: folder.path(of: name),
                reason:
                    "is the ledger's \(other.rawValue) key, and no key has two purposes: remove "
                    + "this file")
        }
        return key
    }

    /// Makes the next key, which is on the disk then.
    private func makeNext(
        _ which: LogKeyManifest.Which, in folder: Folder
    ) throws(LedgerError) -> SigningKey {
        // -8 is EdDSA; a policy without it lists ES256, or nothing that can be made here.
        let isListed = published.registry.policy.settings.algorithms.contains(-8)
        let key = KeyFile.generate(which == .note || isListed ? .ed25519 : .es256)
        try LedgerKeys.write(key, LedgerKeys.nextName(of: which), in: folder)
        return key
    }

    /// Removes a next key that no handover names, and returns its name.
    private func remove(
        _ key: SigningKey, _ which: LogKeyManifest.Which, in folder: Folder
    ) throws(LedgerError) -> Text {
        // While writing has stopped, nobody knows whether a handover to it is on the disk.
        if let unready = published.readiness { throw unready.error }
        let (name, file) = (
            try Handover.name(of: key, which, origin: origin), LedgerKeys.nextName(of: which)
        )
        // The store also has what no head that is signed shows yet.
        guard try newestHandover(of: which)?.manifest.new != name else {
            throw Self.isInForce(folder.path(of: file))
        }
        try LedgerError.files { () throws(FileError) in
            try folder.remove(file)
            try folder.synchronize()
        }
        return name
    }

    private static func isInForce(_ path: String) -> LedgerError {
        .tryAgain(
            "\(path): is in force already, and is given its place once the ledger is ready; leave "
                + "it there, and run this again then")
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
    ///
    /// Other suspect heads are another question, which it does not answer: that is refused.
    private func recent(
        _ which: LogKeyManifest.Which, _ suspectFrom: UInt64?
    ) throws(LedgerError) -> Rotation? {
        guard let found = try newestHandover(of: which),
            clock() < found.statement.issuedAt + Self.repeatSeconds
        else { return nil }
        guard suspectFrom == nil || suspectFrom == found.manifest.suspectFrom else {
            let heads = found.manifest.suspectFrom.map { "heads from \($0) on" } ?? "no heads"
            throw .badRequest(
                "the \(which.rawValue) key was handed over within the last 24 hours, with \(heads) "
                    + "suspect (entry \(found.index)): add --again to hand it over once more")
        }
        return found.rotation(.known)
    }

    private func newestHandover(
        of which: LogKeyManifest.Which
    ) throws(LedgerError) -> LoggedHandover? {
        var found: LoggedHandover?
        try published.store.forEachControl { index, statement throws(LedgerError) in
            guard let handover = LoggedHandover(statement, at: index),
                handover.manifest.which == which
            else { return }
            found = handover
        }
        return found
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

    func rotation(
        _ status: Ledger.Rotation.Status, wasPrepared: Bool = false, removed: Text? = nil
    ) -> Ledger.Rotation {
        Ledger.Rotation(
            which: manifest.which, status: status, wasPrepared: wasPrepared, removed: removed,
            old: manifest.old, new: manifest.new,
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
