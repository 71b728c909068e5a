package import HTTPCalls
package import LedgerClient
import Merkle
package import Provenance

/// Brings a collector's kit up to date by the kit that its ledger gives (trust-kit.md §5).
package struct KitRenewal: Sendable {
    /// How a kit stands to what its ledger gave.
    package enum Outcome: Sendable {
        /// The ledger has nothing newer.
        case known

        /// These files are to take the place of the kit's.
        case newer(TrustKit.Files)
    }

    /// Both kits, held to each other.
    package let update: TrustKitUpdate

    /// What is to become of the collector's.
    package let outcome: Outcome

    /// Asks the ledger for its kit, and for the proof that its log extends the kit's head.
    package init(
        of files: TrustKit.Files, at client: LedgerClient, takingPolicy: Bool
    ) async throws(KitRenewalError) {
        let served: TrustKit.Files
        do throws(CallError) {
            served = try await client.trustKit()
        } catch {
            throw .ledger(error)
        }
        do throws(TrustKitUpdateError) {
            update = try TrustKitUpdate(of: files, by: served)
        } catch {
            throw .refused(error, served)
        }
        guard update.isNewer || takingPolicy && !update.differences.isEmpty else {
            outcome = .known
            return
        }
        let path = try await Self.path(update, client, served)
        do throws(TrustKitUpdateError) {
            outcome = .newer(try update.files(extension: path, takingPolicy: takingPolicy))
        } catch {
            throw .refused(error, served)
        }
    }

    /// Returns the hashes that show the served tree to extend the kit's.
    private static func path(
        _ update: TrustKitUpdate, _ client: LedgerClient, _ served: TrustKit.Files
    ) async throws(KitRenewalError) -> [Hash] {
        guard update.own.size < update.served.size else { return [] }
        do throws(CallError) {
            return try await client.consistency(from: update.own.size, to: update.served.size)
        } catch {
            // A ledger that has signed the larger head and refuses the proof is no better than one
            // whose proof is wrong.
            guard case .refused = error else { throw .ledger(error) }
            throw .refused(.notExtended(update.own.size, by: update.served.size), served)
        }
    }
}

/// Why a kit was not brought up to date.
package enum KitRenewalError: Error, Hashable {
    /// The ledger did not answer, or has no kit to give.
    case ledger(CallError)

    /// The kit that the ledger gave, in these files, does not extend the collector's.
    case refused(TrustKitUpdateError, TrustKit.Files)
}
