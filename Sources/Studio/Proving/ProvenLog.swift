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
        self.trust = trust
        self.client = client
        do throws(HeadRefusal) {
            newest = try trust.open(tree.signed)
            try trust.requireQuorum(of: newest)
        } catch {
            throw .head(error, size: tree.size, file: nil)
        }
        try await requireExtendsKit(newest.checkpoint)
    }

    /// Makes sure that a head of the ledger's and the kit's are heads of one log.
    ///
    /// The ledger may answer with the newest head that its witnesses have seen, and the kit may
    /// have been made at a newer one. Files alone cannot show what is newer than they are.
    func requireExtendsKit(_ head: Checkpoint) async throws(ProvingError) {
        guard let known = trust.kit?.head, known != head else { return }
        guard let client else {
            do throws(LogError) {
                return try await tree.requireExtends(known)
            } catch {
                throw ProvingError(error)
            }
        }
        try await Self.requireOneLog(known, head, client)
    }

    /// Makes sure that two heads are of one log, by the ledger's word on the larger of them, which
    /// must lead to both.
    static func requireOneLog(
        _ one: Checkpoint, _ other: Checkpoint, _ client: LedgerClient
    ) async throws(ProvingError) {
        guard one != other else { return }
        let (old, new) = one.size <= other.size ? (one, other) : (other, one)
        guard old.size < new.size else { throw .twoTrees(old.size) }
        // Every tree extends the empty one.
        guard old.size > 0 else { return }
        do throws(HeadGrowthError) {
            try await HeadGrowth.check(from: old, to: new, client)
        } catch {
            switch error {
            case .ledger(let error): throw .ledger(error)
            case .notExtended: throw .notExtended(old.size, by: new.size)
            }
        }
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

    /// The log has signed two trees of this size. Keep both heads.
    case twoTrees(UInt64)

    /// The ledger cannot show that the tree of the second size extends that of the first. Keep
    /// both heads.
    case notExtended(UInt64, by: UInt64)

    /// The ledger gave something that does not hold: what it is, and why not.
    case wrong(String, reason: String)

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
}
