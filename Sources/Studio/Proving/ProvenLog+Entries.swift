import LogReader
import Provenance

extension ProvenLog {
    /// Proves what is asked for: by the ledger's answers where it may be asked, else by files.
    ///
    /// - Parameters:
    ///   - entry: what is to be proven; of an artifact that may be several entries.
    ///   - head: the tree in which it is proven; nil for the one that the ledger answers with.
    ///   - form: the answer from which the proof is taken.
    ///   - walk: how far entries are searched for where no list names them.
    package func prove(
        _ entry: EntryToProve, in head: AcceptedHead? = nil, as form: ServedForm = .receipt,
        _ walk: EntryWalk = EntryWalk()
    ) async throws(ProvingError) -> [ProvenLeaf] {
        guard let client, head == nil else { return try await filed(entry, in: head, walk) }
        switch entry {
        case .index(let index):
            // No route gives the name of an entry by its place; its bundle does.
            let leaf = try await filed(index, in: nil, ours: true)
            guard let statement = leaf.statement else { return [leaf] }
            return [
                try await served(statement.id, statement, at: index, as: form, from: client)
            ]
        case .entry(let entry): return [try await served(entry, as: form, from: client)]
        case .artifact(let digest, let picked):
            return try await served(artifact: digest, picked: picked, as: form, from: client)
        case .record(let record):
            let statement = record.statement
            return [try await served(statement.id, statement, as: form, from: client)]
        }
    }

    private func filed(
        _ entry: EntryToProve, in head: AcceptedHead?, _ walk: EntryWalk
    ) async throws(ProvingError) -> [ProvenLeaf] {
        switch entry {
        case .index(let index): [try await filed(index, in: head, ours: true)]
        case .entry(let entry): [try await filed(entry, in: head, walk)]
        case .artifact(let digest, let picked):
            try await filed(artifact: digest, picked: picked, in: head, walk)
        case .record(let record): [try await filed(record, in: head, walk)]
        }
    }

    /// Proves the entry at `index` of any log, whatever its entries are.
    package func proveAny(
        _ index: UInt64, in head: AcceptedHead? = nil
    ) async throws(ProvingError) -> ProvenLeaf {
        try await filed(index, in: head, ours: false)
    }
}
