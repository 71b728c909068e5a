import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import LogReader
import Provenance

/// That a list of an issuer's entries leaves none out (spool.md §6).
extension ChainReader {
    /// Holds what was listed to the ledger's index, and reads the entries that no index head
    /// covers; all of them where the ledger gives no proofs.
    ///
    /// - Parameter listed: the entries of the tree that the list names, each of which was read.
    func prove(
        _ listed: [ListedEntry], of issuer: Text, in tree: LogTree, _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        guard
            let listing = try await IssuerListing(
                of: issuer, at: client, by: kit, limit: limit, pageEntries: pageEntries,
                now: UTC.now)
        else { return try await readAll(but: listed, of: issuer, in: tree, &found) }
        let covered = min(listing.size, tree.size)
        let (known, shown) = (Set(listed.map(\.index)), Set(listing.indexes))
        // Those that the list leaves out, too: a bundle that was read has shown them.
        let ours =
            listed.map { NamedEntry(index: $0.index, entry: $0.entry) } + found.entries.unlisted
        let gone = ours.filter { $0.index < covered && !shown.contains($0.index) }
        if let first = gone.first {
            throw .falseProof(
                "it leaves out entry \(first.index), which is \(issuer)'s and below its index head",
                await leftOut(gone, by: listing))
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

    /// Reads each entry that the list does not name; of a log that has more than are read the list
    /// is the ledger's word, but where the ledger has index heads and shows nothing by them.
    private func readAll(
        but listed: [ListedEntry], of issuer: Text, in tree: LogTree, _ found: inout FoundEntries
    ) async throws(ChainCheckError) {
        guard tree.size <= readLimit else {
            guard try await !hasIndexHead(found) else {
                throw .notShown(
                    "it has index heads, and gives no proofs by them; the \(tree.size) entries are "
                        + "more than the \(readLimit) that are read one by one")
            }
            return
        }
        try await read(0..<tree.size, but: Set(listed.map(\.index)), of: tree, &found)
        try await placeLate(&found, of: issuer)
        found.entries.standing = .proven(indexed: 0)
    }

    /// Whether the leaves that were read, or the ledger itself, show an index head.
    private func hasIndexHead(_ found: FoundEntries) async throws(ChainCheckError) -> Bool {
        guard !found.hasIndexHead else { return true }
        do throws(CallError) {
            return try await client.hasIndexHead()
        } catch {
            throw .ledger(error)
        }
    }

    /// One of the entries that the index leaves out, with what shows that: one that convicts, where
    /// the ledger gives the record of one of the first.
    private func leftOut(
        _ entries: [NamedEntry], by listing: IssuerListing
    ) async -> LeftOutEntry? {
        var withheld: LeftOutEntry?
        for entry in entries.prefix(CompleteLimit.strays) {
            guard let part = listing.part(without: entry.index) else { continue }
            let omission = Omission(
                of: entry.index, under: listing.name, by: listing.head, in: kit.origin.text)
            let found = await LeftOutEntry(
                entry.entry, omission, shownBy: part, asking: client, by: kit)
            if case .convicts = found { return found }
            withheld = withheld ?? found
        }
        return withheld
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
