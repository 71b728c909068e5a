import HTTPCalls
import IndexMap
package import LedgerClient
package import Provenance

/// A ledger as of its newest head, which is verified and young enough to decide by.
///
/// Whoever decides by what a ledger lists looks at it through this. The newest head follows from
/// the kit's genesis, and extends the head of the kit; its time is in the receipt of that head, and
/// so signed. Whether the ledger leaves an entry out of a list is shown apart (``ListProof``).
package struct FreshLedger: Sendable {
    /// The kit as of the newest head, by the collector's own choice of witnesses.
    package let kit: TrustKit

    /// This machine's clock when it was looked, in POSIX seconds.
    package let askedAt: UInt64

    /// Entries that no proof covers and that are read one by one, at most.
    let readLimit: UInt64

    /// Entries of a proof of completeness that are asked for at once.
    let pageEntries: Int

    /// What looks before this one have read.
    let memory: ListMemory

    let client: LedgerClient

    /// As many entries are read as an epoch of the index holds (storage.md §14).
    package static let usualReadLimit: UInt64 = 65_536

    /// How old the newest head may be where nobody says: a pipeline that runs for longer than this
    /// looks again.
    package static let usualAge: Duration = .seconds(600)

    /// Asks the ledger for its newest head.
    ///
    /// - Parameters:
    ///   - files: the trust kit of whoever asks; it stays as it is.
    ///   - maxAge: how far the time of the newest head may be from `now`, before it or after it;
    ///     nil where nothing is decided by it.
    ///   - now: this machine's clock, in POSIX seconds.
    ///   - readLimit: entries that are read where no proof covers them.
    ///   - pageEntries: entries of a proof of completeness that are asked for at once, 1 to
    ///     ``IndexPage/maximumCount``.
    ///   - memory: what looks before this one have read; this one adds to it.
    package init(
        by files: TrustKit.Files, at client: LedgerClient, maxAge: Duration?, now: UInt64 = UTC.now,
        readLimit: UInt64 = usualReadLimit, pageEntries: Int = IndexPage.maximumCount,
        memory: ListMemory = ListMemory()
    ) async throws(RegisteredError) {
        let renewal: KitRenewal
        do throws(KitRenewalError) {
            renewal = try await KitRenewal(of: files, at: client, takingPolicy: false)
        } catch {
            throw .kit(error)
        }
        switch renewal.outcome {
        case .known: kit = renewal.update.own
        case .newer(let files):
            do throws(TrustKitError) {
                kit = try TrustKit(files)
            } catch {
                throw .kit(.refused(.unfit(error), files))
            }
        }
        self.client = client
        self.readLimit = readLimit
        self.pageEntries = pageEntries
        self.memory = memory
        askedAt = now
        guard let maxAge else { return }
        let distance = kit.time > now ? kit.time - now : now - kit.time
        guard distance <= UInt64(clamping: maxAge.components.seconds) else {
            throw .stale(head: kit.time, size: kit.size, now: now, maxAge: maxAge)
        }
    }
}
