import Checkpoints
package import HTTPCalls
package import LedgerClient
package import LogReader
import Merkle
import Provenance

/// A log that proofs are taken from, as of its newest head: that is accepted, and extends what is
/// known.
///
/// Every value that it gives holds. What does not is an error that says who is wrong.
package struct ProvenLog: Sendable {
    /// The newest head.
    package let newest: AcceptedHead

    /// The log's files at that head.
    package let tree: LogTree

    /// Who must have signed.
    package let trust: ProofTrust

    /// The ledger, which is asked where its own answers will do; nil where files alone are read.
    let client: LedgerClient?

    private let source: any LogSource
    private let layout: LogLayout

    /// Reads the newest head of `source` and holds it to what is trusted.
    ///
    /// - Parameters:
    ///   - layout: how the log names its files.
    ///   - isAnyLog: whether it may be a log of others, whose checkpoints may have further lines.
    ///   - client: the ledger behind `source`; nil where its files alone are to be read.
    package init(
        _ source: any LogSource, layout: LogLayout = .tiles, isAnyLog: Bool = false,
        by trust: ProofTrust, asking client: LedgerClient? = nil
    ) async throws(ProvingError) {
        do throws(LogError) {
            tree = try await TiledLog(
                source, trust: trust.logTrust, layout: layout, allowingExtensions: isAnyLog
            ).newest()
        } catch {
            throw ProvingError(error)
        }
        (self.trust, self.client) = (trust, client)
        (self.source, self.layout) = (source, layout)
        do throws(HeadRefusal) {
            newest = try trust.open(tree.signed)
            try trust.requireQuorum(of: newest)
        } catch {
            throw .head(error, size: tree.size, file: nil)
        }
        try await requireExtendsKnown()
    }

    /// Whether keys that are newer than the kit may still be looked for.
    package var mayFollow: Bool { if case .kit = trust { true } else { false } }

    /// Makes sure that the newest head is of one log with that of the kit, and with that in which
    /// newer keys were found.
    ///
    /// The ledger may answer with the newest head that its witnesses have seen, and the kit may
    /// have been made at a newer one. Files alone cannot show what is newer than they are.
    private func requireExtendsKnown() async throws(ProvingError) {
        guard let kit = trust.kit else { return }
        try await requireOneLog(kit.signedHead, tree.signed)
        if let newer = trust.followed?.newer {
            try await requireOneLog(newer.signedHead, tree.signed)
        } else if let claim = trust.followed?.provenIn, claim != newest.checkpoint {
            // The keys were read in a tree of just before, by the same files.
            do throws(LogError) {
                try await tree.requireExtends(claim)
            } catch {
                guard case .fork = error else { throw ProvingError(error) }
                throw .wrong("the checkpoint", reason: "changed while the entries were read")
            }
        }
    }

    /// Makes sure that two heads are of one log, each of which the log has signed.
    ///
    /// The ledger's word on the larger of them must lead to both; files must be those of a tree
    /// that extends both.
    func requireOneLog(
        _ one: SignedCheckpoint, _ other: SignedCheckpoint
    ) async throws(ProvingError) {
        guard one.claim != other.claim else { return }
        let (old, new) = one.claim.size <= other.claim.size ? (one, other) : (other, one)
        // Every tree extends the empty one.
        guard old.claim.size > 0 else { return }
        guard old.claim.size < new.claim.size else {
            throw try await contradiction(old, new) ?? .twoTrees(old.claim.size)
        }
        guard let client else { return try await requireExtends(other == old ? new : old) }
        do throws(HeadGrowthError) {
            try await HeadGrowth.check(from: old.claim, to: new.claim, client)
        } catch {
            if case .ledger(let error) = error { throw .ledger(error) }
            if let shown = try await contradiction(old, new) { throw shown }
            // A ledger that shows the smaller head, and does not know the other, may be behind.
            if error == .refused, new != tree.signed, tree.size < new.claim.size {
                throw .log(.behind(size: tree.size, known: new.claim.size))
            }
            throw .notExtended(old.claim.size, by: new.claim.size)
        }
    }

    /// Makes sure that the newest tree extends that of a head that is known, by files alone.
    private func requireExtends(_ known: SignedCheckpoint) async throws(ProvingError) {
        do throws(LogError) {
            try await tree.requireExtends(known.claim)
        } catch {
            guard case .fork = error else { throw ProvingError(error) }
            throw try await contradiction(known, tree.signed) ?? ProvingError(error)
        }
    }

    // MARK: - Contradictions

    /// Returns what shows that the second of two heads does not extend the first, which is not
    /// larger; or that it does, against the ledger's word; nil where the log's files show neither.
    ///
    /// Both heads must be signed by the log's keys: else they show nothing.
    private func contradiction(
        _ old: SignedCheckpoint, _ new: SignedCheckpoint
    ) async throws(ProvingError) -> ProvingError? {
        let terms = trust.logs(of: new.claim.origin).terms
        guard let log = larger(new, terms) else { return nil }
        do throws(LogError) {
            if let evidence = try await ForkEvidence(log, without: old, by: terms) {
                return .fork(evidence)
            }
            guard try await log.root(ofFirst: old.claim.size) == old.claim.root else { return nil }
        } catch {
            // Whoever has signed the larger head need not give out its tiles.
            guard error.isOfFile else { throw ProvingError(error) }
            return nil
        }
        return .wrong(
            "the consistency proof from \(old.claim.size) to \(new.claim.size)",
            reason: "leads elsewhere, where the log's tiles lead to both trees")
    }

    /// The tree of a head, which is the newest one or is signed as that must be.
    ///
    /// Of a ledger no tile is waited for: it has answered, and what it answered is wrong.
    private func larger(
        _ signed: SignedCheckpoint, _ terms: [KeyHistory<VerifierKey>.Term]
    ) -> LogTree? {
        if signed == tree.signed, client == nil { return tree }
        guard let verified = try? signed.open(as: tree.checkpoint.origin, by: terms) else {
            return nil
        }
        return LogTree(
            signed, verified, layout: layout, source: HastySource(source), cache: TileCache())
    }
}

/// Why there is no proof.
///
/// Nothing that was given is passed on.
package enum ProvingError: Error {
    /// The ledger did not answer, or said no.
    case ledger(CallError)

    /// The log's files cannot be read, or do not prove it.
    case log(LogError)

    /// A head of this size is not believed; it is in the file of this name, or nil where the log
    /// gave it.
    case head(HeadRefusal, size: UInt64, file: String?)

    /// The log has signed two heads that contradict each other, and this shows it to everybody.
    /// Keep it, publish it, and believe neither.
    case fork(ForkEvidence)

    /// A key is newer than the trust kit, and what the ledger gave to follow its handover was not
    /// taken.
    case kit(KitRenewalError)

    /// A key may be newer than the trust kit, and so many entries came since that they are not
    /// read. Renew the kit.
    case oldKit(entries: UInt64, limit: UInt64)

    /// The log has signed two trees of this size. Keep both heads.
    case twoTrees(UInt64)

    /// The ledger cannot show that the tree of the second size extends that of the first. Keep
    /// both heads.
    case notExtended(UInt64, by: UInt64)

    /// The ledger gave something that does not hold: what it is, and why not.
    case wrong(String, reason: String)

    /// The ledger gave something that may be true, and is no answer to what was asked: what it is,
    /// and why not.
    case useless(String, reason: String)

    /// The ledger's receipt does not hold.
    case receipt(ReceiptError)

    /// The log has no such entry; the words name it.
    case noEntry(String)

    /// The entry is durable, and no head that is served holds it yet.
    case notYet

    /// The ledger lists more entries of the artifact than are taken.
    case tooMany(limit: Int)

    /// The newest so many of `size` entries were read, and what is looked for was not among them.
    case beyond(limit: UInt64, size: UInt64, String)

    /// The tree of `size` entries has none at this index; the log may have it later, where that is
    /// its newest tree, and it is not to be proven in an older one.
    case noIndex(UInt64, size: UInt64, isNewest: Bool)

    /// The log has no tree of this size yet.
    case tooSmall(size: UInt64, asked: UInt64)

    /// Every tree extends the empty one, so there is nothing to prove.
    case nothingToProve

    /// The first head is larger than the second.
    case outOfOrder(UInt64, UInt64)

    /// Nobody signs what is asked for; the words say why.
    case unsigned(String)

    /// Passes on why the log's files prove nothing.
    init(_ error: LogError) {
        if case .service(_, let error) = error { self = .ledger(error) } else { self = .log(error) }
    }

    /// Whether somebody who knows newer keys may believe what was refused.
    package var isOfUnknownKey: Bool {
        switch self {
        case .log(.unknownKey), .head(.checkpoint(.unknownKey), _, _),
            .receipt(.unproven(_, isUnknown: true)):
            true
        default: false
        }
    }
}
