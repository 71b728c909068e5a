import Anchoring
package import Checkpoints
package import LedgerStore
package import Merkle
import Provenance

/// A ledger's log as its witnesses see it: up to the newest signed head, published or not.
package struct SignedLog: WitnessedLog {
    private let ledger: Ledger

    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    package var origin: Origin { ledger.origin }

    package var treeSize: UInt64 { max(ledger.published.head.size, ledger.sizeAtStart) }

    package func newestSignedHead() throws -> SignedCheckpoint {
        guard let signed = try ledger.published.head.signedCheckpoint() else {
            throw LedgerError.corrupt("no head was ever signed")
        }
        return signed
    }

    package func time(ofHeadOf size: UInt64) throws -> UInt64? {
        let (store, newest) = ledger.published.snapshot
        return newest.size == size ? newest.time : try store.head(size: size)?.time
    }

    package func signedHead(above size: UInt64) async throws {
        await ledger.published.signedHeads.wait(above: size)
        try Task.checkCancellation()
    }

    package func consistency(from oldSize: UInt64, to newSize: UInt64) throws -> [Hash] {
        let store = ledger.published.store
        do {
            return try ConsistencyProof(from: oldSize, to: newSize, reading: store.nodes).path
        } catch {
            throw Store.error(error)
        }
    }

    package func root(ofSize size: UInt64) throws -> Hash {
        try ledger.published.store.range(size: size).root
    }

    package func hasSigned(_ checkpoint: SignedCheckpoint) -> Bool {
        let keys = ledger.published.registry.noteKeys
        // What a stolen key may have signed is nobody's word (registry.md §7).
        guard keys.doubt(about: checkpoint.claim.size) == nil,
            case .signed = checkpoint.verdict(of: keys.terms)
        else { return false }
        return true
    }

    package func add(
        _ cosignatures: [NoteSignature], of cosigners: [VerifierKey], toHeadOf size: UInt64
    ) throws {
        try ledger.add(cosignatures, of: cosigners, toHeadOf: size)
    }
}

extension Ledger {
    /// Signs, now that the witnesses were asked and none remembers more than the store has: first
    /// the head that a crash may have left unsigned.
    ///
    /// What the store itself forbids stays forbidden.
    package func releaseSigning() {
        let left = published.changeHold { $0?.cause == .store ? $0 : nil }
        if left == nil { sequencer.queue.nudge() }
    }

    /// Signs nothing from now on, because of what a witness remembers; reads go on.
    ///
    /// What the store itself forbids stays the reason.
    package func holdSigning(_ reason: LedgerError) {
        published.changeHold { $0?.cause == .store ? $0 : .witness(reason) }
    }

    /// Serves heads by another policy from now on; the served head never goes back.
    package func follow(_ policy: TrustPolicy?) throws(LedgerError) {
        let rule = WitnessRule(policy, requiresQuorum: options.requiresQuorum)
        let store = published.store
        let finder = ServedHead(store: store, rule: rule)
        // A head that lacked the former quorum may meet this one.
        let found = rule.hasQuorum ? try finder.newest(upTo: published.head.size) : nil
        try store.writer.changingHeads { () throws(LedgerError) in
            let (signed, served, _) = published.views
            var view: PublishedView?
            // Read again: it may have got another line meanwhile.
            if let found, let head = try store.head(size: found.size) {
                view = try finder.view(of: head, signed: signed, older: served)
            }
            // On the disk first: a start after a crash must not serve less than this one.
            try store.put(
                rule.hasQuorum
                    ? .size(max(view?.head.size ?? 0, published.seenSize)) : .each)
            published.change(rule)
            if let view { published.serve(view) }
        }
    }
}
