import Encoding
import LedgerClient
import LogReader

/// That a list of an issuer's entries leaves none out (spool.md §6).
extension ChainReader {
    /// Holds what was listed to the ledger's index, and reads the entries that no index head
    /// covers; nothing where the ledger has no index.
    ///
    /// - Parameter listed: the entries of the tree that the list names, each of which was read.
    func prove(
        _ listed: [ListedEntry], of issuer: Text, in tree: LogTree, _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        guard
            let listing = try await IssuerListing(
                of: issuer, at: client, by: kit, limit: limit, now: UTC.now)
        else { return }
        let covered = min(listing.size, tree.size)
        let (known, shown) = (Set(listed.map(\.index)), Set(listing.indexes))
        if let gone = listed.first(where: { $0.index < covered && !shown.contains($0.index) }) {
            throw .falseProof(
                "it leaves out entry \(gone.index), which is \(issuer)'s and below its index head")
        }
        let open = listing.indexes.filter { $0 < covered && !known.contains($0) }
        let due = tree.size - covered + UInt64(open.count)
        guard due <= readLimit else {
            throw .notShown(
                "its index head covers \(covered) entries, and the \(due) others are more than the "
                    + "\(readLimit) that are read one by one")
        }
        for index in open { try await read(index..<index + 1, but: known, of: tree, &found) }
        try await read(covered..<tree.size, but: known, of: tree, &found)
        try await placeLate(&found, of: issuer)
        found.entries.standing = .proven(indexed: covered)
    }

    /// Reads entries that the list may lack.
    private func read(
        _ range: Range<UInt64>, but known: Set<UInt64>, of tree: LogTree,
        _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        do {
            try await tree.forEachEntry(in: range) { index, leaf in
                if !known.contains(index) { found.takeOther(leaf, at: index) }
            }
        } catch let error as LogError {
            throw ChainCheckError(error)
        } catch {
            preconditionFailure("entries are read with errors of one kind: \(error)")
        }
    }

    /// Says of entries behind the end of the list whether it lacks them: they may have come while
    /// it was read, and then it has them now.
    private func placeLate(
        _ found: inout FoundEntries, of issuer: Text
    ) async throws(ChainCheckError) {
        guard !found.late.isEmpty else { return }
        let now = Set(try await list(of: issuer).map(\.index))
        found.entries.unlisted += found.late.filter { !now.contains($0.index) }
    }
}
