import Encoding
import Files
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio

/// A look at the newest state of a ledger, for the length of one command: nothing is written.
struct OnlineLook {
    /// The ledger's newest state, by the collector's own choice of witnesses.
    let kit: TrustKit

    /// Where it was looked.
    let ledger: ServiceURL

    /// Asks the ledger for its newest state, which must extend what `kit` knows (trust-kit.md §5).
    ///
    /// A look that fails is an error: whoever asks for the newest state wants no older one.
    init(
        from named: NamedKit, own: TrustKit, at ledger: ServiceURL, _ options: CallOptions
    ) async throws(Failure) {
        let renewal = try await TrustUpdate.renewal(
            of: named, at: ledger, options, taking: false)
        self.ledger = ledger
        guard case .newer(let files) = renewal.outcome else {
            kit = own
            return
        }
        do throws(TrustKitError) {
            kit = try TrustKit(files)
        } catch {
            throw Failure(named.refusal(error))
        }
    }
}
