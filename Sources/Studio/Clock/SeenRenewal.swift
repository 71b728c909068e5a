package import Checkpoints
import Encoding
package import Files
package import HTTPCalls
package import LedgerClient
package import Provenance

/// Brings the newest head that a PoP has seen up to date, by the trust kit; it never goes back.
package enum SeenRenewal {
    /// What became of the head.
    package enum Outcome: Hashable, Sendable {
        /// This one is newer, and is in the spool now.
        case newer(SeenHead)

        /// The ledger serves the head that is known; nil where that is the kit's own.
        case known(SeenHead?)

        /// The ledger serves an older head than the one that is known: nothing was changed.
        case older(UInt64)
    }

    /// The name under which a head is kept that does not extend the one before.
    package static let forkName = "seen.fork"

    /// Asks the ledger for its newest head, and keeps it where all of this holds: the ledger signed
    /// it, the quorum of the kit has seen it where the kit has one, and its tree extends those of
    /// the head before and of the kit.
    ///
    /// A head that does not extend them is not taken. It is kept as `seen.fork` beside: both
    /// together show what the ledger has done.
    ///
    /// - Parameter folder: the spool.
    package static func renew(
        in folder: Folder, _ client: LedgerClient, by kit: TrustKit
    ) async throws(SeenRenewalError) -> Outcome {
        let old: SeenHead?
        do throws(SeenHeadError) {
            old = try SeenHead.read(in: folder, origin: kit.origin.text)
        } catch {
            throw .seen(error)
        }
        let note: [UInt8]
        do throws(CallError) {
            note = try await client.checkpoint()
        } catch {
            throw .ledger(error)
        }
        let signed = try accepted(note, by: kit)
        let new = SeenHead(signed)
        if let outcome = try await place(of: new, after: old, kit.head, client, folder) {
            return outcome
        }
        try write(note: signed.encoded, to: SeenHead.fileName, .replacing(.secret), folder)
        return .newer(new)
    }

    /// Compares a head with those that are known; nil where it is to take their place.
    private static func place(
        of new: SeenHead, after old: SeenHead?, _ kit: Checkpoint, _ client: LedgerClient,
        _ folder: Folder
    ) async throws(SeenRenewalError) -> Outcome? {
        // Where the kit's head is the smaller one, the older head was held to it.
        let known = [old?.checkpoint, kit].compactMap { $0 }.filter {
            $0.size >= old?.checkpoint.size ?? 0
        }
        let newest = known.map(\.size).max() ?? 0
        guard new.checkpoint.size >= newest else { return .older(new.checkpoint.size) }
        for head in known {
            try await check(new, extends: head, client, folder)
        }
        guard let old, old.checkpoint == new.checkpoint else { return nil }
        // The same head, seen again later, is a closer bound.
        return new.witnessedAt ?? 0 > old.witnessedAt ?? 0 ? nil : .known(old)
    }

    private static func check(
        _ new: SeenHead, extends old: Checkpoint, _ client: LedgerClient, _ folder: Folder
    ) async throws(SeenRenewalError) {
        // The empty tree is the beginning of every other.
        guard old != new.checkpoint, old.size > 0 else { return }
        if old.size < new.checkpoint.size {
            do throws(HeadGrowthError) {
                return try await HeadGrowth.check(from: old, to: new.checkpoint, client)
            } catch {
                // The ledger shows the larger head itself, so a refusal excuses nothing.
                if case .ledger(let error) = error { throw .ledger(error) }
            }
        }
        if try !isTaken(forkName, folder) {
            try write(note: new.note.utf8, to: forkName, .new(.secret), folder)
        }
        throw .forked(
            old: old.size, new: new.checkpoint.size, keptAt: folder.path(of: forkName))
    }

    /// Returns the head of a note that the kit accepts, with the lines that it takes for that.
    private static func accepted(
        _ note: [UInt8], by kit: TrustKit
    ) throws(SeenRenewalError) -> SignedCheckpoint {
        let head: VerifiedCheckpoint
        do throws(CheckpointRefusal) {
            head = try kit.registry.open(note: note)
        } catch {
            throw .refused(error)
        }
        guard kit.registry.noteKeys.doubt(about: head.checkpoint.size) == nil else {
            throw .doubted(head.checkpoint.size)
        }
        guard let signed = try? SignedCheckpoint(parsing: note) else {
            preconditionFailure("a note that was opened is a checkpoint")
        }
        let lines = try QuorumLines(of: signed, by: kit.policy).lines
        let own = signed.ownLines.filter { line in
            head.signers.contains { $0.name == line.name && $0.keyID == line.keyID }
        }
        guard let short = try? SignedNote(text: signed.note.text, signatures: own + lines),
            let kept = try? SignedCheckpoint(short)
        else { preconditionFailure("fewer lines of a note are a note") }
        return kept
    }

    private static func isTaken(
        _ name: String, _ folder: Folder
    ) throws(SeenRenewalError) -> Bool {
        do throws(FileError) {
            return try folder.status(of: name) != nil
        } catch {
            throw .seen(.file(error))
        }
    }

    private static func write(
        note: [UInt8], to name: String, _ placement: Folder.Placement, _ folder: Folder
    ) throws(SeenRenewalError) {
        do throws(FileError) {
            try folder.write(note, to: name, placement)
        } catch {
            throw .seen(.file(error))
        }
    }
}

/// The fewest cosignatures of a note that meet a quorum at the time at which it was complete.
private struct QuorumLines {
    let lines: [NoteSignature]

    /// Takes the lines of the policy's witnesses that verify, the latest away as long as the rest
    /// is enough.
    init(of signed: SignedCheckpoint, by policy: TrustPolicy) throws(SeenRenewalError) {
        guard policy.quorum != .none else {
            lines = []
            return
        }
        var seen: [(witness: TrustPolicy.Witness, line: NoteSignature, time: UInt64)] = []
        for line in signed.cosignatures {
            for witness in policy.witnesses {
                guard case .cosigned(let time) = witness.key.verify(line, over: signed.note.text)
                else { continue }
                seen.append((witness, line, time))
            }
        }
        func suffices(_ part: [(witness: TrustPolicy.Witness, line: NoteSignature, time: UInt64)])
            -> Bool
        {
            policy.isQuorumMet { witness in part.contains { $0.witness == witness } }
        }
        guard suffices(seen) else { throw .unwitnessed(signed.claim.size) }
        for candidate in seen.sorted(by: { $0.time > $1.time }) {
            let rest = seen.filter { $0.line != candidate.line }
            if suffices(rest) { seen = rest }
        }
        lines = seen.map(\.line)
    }
}

/// Why the newest head was not renewed; the one before is still there.
package enum SeenRenewalError: Error, Hashable {
    /// The head that the spool has cannot be read, or a new one not be written.
    case seen(SeenHeadError)

    /// The ledger did not answer.
    case ledger(CallError)

    /// The kit does not accept the head that the ledger serves. Bring the kit up to date.
    case refused(CheckpointRefusal)

    /// Too few of the kit's witnesses have seen the head of this size. Ask again later.
    case unwitnessed(UInt64)

    /// A key that was stolen may have signed the head of this size. Bring the kit up to date.
    case doubted(UInt64)

    /// The ledger's head of size `new` does not extend the tree of size `old` that is known. Keep
    /// both: they show that the ledger has forked.
    case forked(old: UInt64, new: UInt64, keptAt: String)
}
