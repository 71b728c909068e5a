import Checkpoints
import IndexMap
import LedgerClient
import LogReader
import Manifests
import Provenance

/// Entries that a ledger's list names, and its proof does not: each is looked at in the log itself
/// (commands.md §21).
///
/// An honest ledger has none. Whatever it gives of such an entry as a record, the log shows what
/// the entry is, and so whether the proof leaves it out.
struct StrayEntries {
    /// What the log has in their places.
    enum Outcome {
        /// Entries that do not have the name: the proof is right to leave them out.
        case others

        /// One that has the name.
        case leftOut(LeftOutEntry)

        /// The entry at this index is none that is read here, for this reason.
        case unread(UInt64, String)
    }

    /// The log that has them.
    let log: ProvenLog

    /// The ledger that lists them.
    let client: LedgerClient

    /// The kit by which the proof was found to be signed and logged.
    let kit: TrustKit

    /// The name that the list and the proof are of.
    let name: IndexName

    /// The index head of the proof.
    let head: EntryID

    /// The bytes of the proof.
    let proof: [UInt8]

    /// Looks at the entries of `records` that the proof does not list: one that convicts comes
    /// before one that does not, and both before one that nothing is known of.
    ///
    /// Throws where one of them cannot be read, or the list names more than are looked at: then
    /// nobody knows whether the proof leaves an entry out.
    func look(at records: ShownRecords) async throws(ProvingError) -> Outcome {
        for record in records.records.lazy.compactMap(\.bytes) {
            if let evidence = OmissionEvidence(record, leftOutOf: proof, by: kit) {
                return .leftOut(.convicts(evidence))
            }
        }
        var withheld: LeftOutEntry?
        var unread: Outcome?
        var failure: ProvingError?
        for stray in records.strays {
            do throws(ProvingError) {
                switch try await look(at: stray) {
                case .others: break
                case .leftOut(.convicts(let evidence)): return .leftOut(.convicts(evidence))
                case .leftOut(let half): withheld = withheld ?? half
                case .unread(let index, let reason):
                    unread = unread ?? .unread(index, reason)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let withheld { return .leftOut(withheld) }
        if let failure { throw failure }
        if let unread { return unread }
        guard !records.hasMoreStrays else {
            throw .wrong(
                "its list of entries",
                reason: "has more than \(CompleteLimit.strays) that its proof leaves out, and no "
                    + "more are looked at")
        }
        return .others
    }

    private func look(at stray: NamedEntry) async throws(ProvingError) -> Outcome {
        guard stray.index < log.tree.size else {
            throw .wrong(
                "its list of entries",
                reason: "has entry \(stray.index), which its proof leaves out, and its checkpoint "
                    + "of size \(log.tree.size) does not cover")
        }
        let leaf = try await log.leaf(at: stray.index)
        let labels: IndexedLabels
        let keys: [IndexKey]
        do throws(Refusal) {
            labels = try IndexedLabels(ofLeaf: leaf)
        } catch {
            return .unread(stray.index, "\(error)")
        }
        do throws(IndexNameError) {
            keys = try labels.keys()
        } catch {
            return .unread(stray.index, "\(error)")
        }
        guard keys.contains(name.key) else {
            guard EntryID(ofLeaf: leaf) == stray.entry else {
                throw .wrong(
                    "its list of entries",
                    reason: "has \(stray.entry) at \(stray.index), where the log has another one")
            }
            return .others
        }
        let omission = Omission(of: stray.index, under: name, by: head, in: kit.origin.text)
        return .leftOut(
            await LeftOutEntry(
                EntryID(ofLeaf: leaf), omission, shownBy: proof, asking: client, by: kit))
    }
}
