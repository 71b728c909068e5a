package import IndexMap
package import LedgerClient
package import Provenance

/// A ledger, as it is asked for proofs of completeness.
package struct LedgerCompletes: CompleteSource {
    private let client: LedgerClient

    /// Asks by a client.
    package init(_ client: LedgerClient) {
        self.client = client
    }

    /// As many as are asked about anything.
    package var width: Int { CompleteLimit.width }

    /// Asks for the first page of each list, by the newest index head.
    package func proof(
        of names: [IndexName]
    ) async throws(NewerCompleteError) -> CompleteProof? {
        do throws(CompleteCallError) {
            switch try await CompleteCall(client, pages: 1).ask(names) {
            case .proof(let proof): return proof
            case .notYet: return nil
            case .noIndex: break
            }
        } catch {
            throw .call(error)
        }
        let hasHeads: Bool
        do throws(CompleteCallError) {
            hasHeads = try await client.knowsHead()
        } catch {
            throw .call(error)
        }
        throw .noIndex(hasHeads: hasHeads)
    }
}
