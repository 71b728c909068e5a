import Checkpoints
package import HTTPCalls
package import LedgerClient
package import Merkle
package import Provenance

/// What a key has signed in a ledger, as the ledger's lists say.
package struct KeyUse: Hashable, Sendable {
    /// Number of its entries.
    package private(set) var entryCount: UInt64 = 0

    /// The newest of them.
    package private(set) var newest: ListedEntry?

    /// The time that its signer claims, in POSIX seconds; nil where there is no entry.
    package private(set) var lastUsed: UInt64?

    /// Creates the use of a key that has signed nothing.
    package init() {}

    /// Asks the ledger what each key of the registry has signed, by the thumbprints.
    ///
    /// The list is by issuer: where an issuer has one key, its entries are only counted; where it
    /// has several, each statement is read, because only it names its key.
    ///
    /// - Parameter progress: is told how many entries were looked at.
    package static func all(
        in log: ControlLog, _ client: LedgerClient, progress: (UInt64) -> Void
    ) async throws(CallError) -> [Hash: KeyUse] {
        var uses: [Hash: KeyUse] = [:]
        var done: UInt64 = 0
        let issuers = Dictionary(grouping: log.registry.keys.values, by: \.issuer)
        for (issuer, records) in issuers {
            let only = records.count == 1 ? records[0].key.keyID : nil
            var cursor: UInt64?
            while true {
                let page = try await client.page(of: .issuer(issuer), after: cursor)
                guard let last = page.last else { break }
                for listed in page {
                    let key: Hash
                    if let only {
                        key = only
                    } else {
                        key = try await statement(listed.entry, client).keyID
                    }
                    uses[key, default: KeyUse()].add(listed)
                }
                cursor = last.index
                done += UInt64(page.count)
                progress(done)
            }
        }
        for (key, use) in uses {
            guard let newest = use.newest else { continue }
            uses[key]?.lastUsed = try await statement(newest.entry, client).issuedAt
        }
        return uses
    }

    private mutating func add(_ listed: ListedEntry) {
        entryCount += 1
        if newest.map({ $0.index < listed.index }) ?? true { newest = listed }
    }

    private static func statement(
        _ entry: EntryID, _ client: LedgerClient
    ) async throws(CallError) -> Statement {
        let leaf = try await client.statement(entry)
        guard EntryID(ofLeaf: leaf) == entry, let statement = try? Statement(leaf: leaf) else {
            throw .unexpected("the statement of \(entry) is another one")
        }
        return statement
    }
}

extension ControlLog {
    /// Returns the index of a control statement, by its receipt; nil where the ledger gives none
    /// that is proven.
    package func index(
        of entry: EntryID, _ client: LedgerClient
    ) async throws(CallError) -> UInt64? {
        guard let statement = statements.first(where: { $0.id == entry }) else { return nil }
        let answer: ReceiptAnswer
        do throws(CallError) {
            answer = try await client.receipt(of: entry)
        } catch {
            guard error.isRefusal else { throw error }
            return nil
        }
        guard case .receipt(let bytes) = answer, let receipt = try? Receipt(bytes),
            (try? HeadVerifier(registry).check(receipt, of: statement.leaf)) != nil,
            case .inclusion(let proof) = receipt.proof
        else { return nil }
        return proof.leafIndex
    }

    /// Returns the statement that brought a key of ``registry`` into its state: for a revoked key
    /// the first that revoked it, also where a later one lowers `suspectFrom`.
    package func statement(changing record: KeyRecord) -> EntryID? {
        // The registry here counts positions among the control statements.
        guard let position = Int(exactly: record.changedAt), statements.indices.contains(position)
        else { return nil }
        return statements[position].id
    }
}
