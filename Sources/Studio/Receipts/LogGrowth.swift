import Checkpoints
import LedgerClient

/// Has a ledger show that its trees extend each other: a head that is added stands in one log with
/// those beside it.
struct LogGrowth {
    /// What is kept where the ledger cannot show it.
    private let newest: FittingReceipt

    private let client: LedgerClient

    init(_ newest: FittingReceipt, _ client: LedgerClient) {
        (self.newest, self.client) = (newest, client)
    }

    /// Checks each of the `new` heads against its neighbours in size, among them and those that are
    /// `known`.
    func check(
        _ new: [Checkpoint], among known: [Checkpoint]
    ) async throws(NewerReceiptsError) {
        // The file and the ledger may have the same head.
        var heads: [Checkpoint] = []
        for head in known + new where !heads.contains(head) { heads.append(head) }
        heads.sort { $0.size < $1.size }
        for (old, next) in zip(heads, heads.dropFirst())
        where new.contains(old) || new.contains(next) {
            guard old.size < next.size else { throw .receipt(.twoTrees(old.size), newest) }
            try await check(old, isExtendedBy: next, isShown: new.contains(next))
        }
    }

    /// - Parameter isShown: whether the larger head is one that the ledger shows.
    private func check(
        _ old: Checkpoint, isExtendedBy new: Checkpoint, isShown: Bool
    ) async throws(NewerReceiptsError) {
        do throws(HeadGrowthError) {
            try await HeadGrowth.check(from: old, to: new, client)
        } catch {
            switch error {
            case .ledger(let error): throw .ledger(error)
            case .refused where !isShown: throw .behind(size: old.size, known: new.size)
            case .refused, .notExtended:
                throw .receipt(.notExtended(old.size, by: new.size), newest)
            }
        }
    }
}
