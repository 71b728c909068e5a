import Ledger
import LedgerStore
import Provenance
import Synchronization

/// The ledger's own trust kit, kept until the ledger knows more.
///
/// What is shown by it is never older than the newest control statement: a key that was revoked is
/// shown as revoked, and a manifest that was erased as erased. Concurrent requests for a newer one
/// make it twice.
final class OwnKit: Sendable {
    /// Seconds for which a kit is kept while no control statement follows: what it says of its age
    /// stays true enough for somebody who reads.
    static let keptSeconds: UInt64 = 10

    /// A kit, and the ledger as of its head.
    struct Kept: Sendable {
        let kit: TrustKit
        let moment: LedgerMoment

        fileprivate let time: UInt64
    }

    private let ledger: Ledger
    private let kept = Mutex<Kept?>(nil)

    init(of ledger: Ledger) {
        self.ledger = ledger
    }

    /// Returns a kit whose head covers the entry at `index`, where the ledger has such a head;
    /// `now` is in POSIX seconds.
    func covering(_ index: UInt64, now: UInt64) throws(LedgerError) -> Kept {
        let newest = try ledger.moment()
        let known = kept.withLock { $0 }
        if let known, known.moment.controlCount == newest.controlCount, now >= known.time,
            now - known.time < Self.keptSeconds, index < known.moment.size
        {
            return known
        }
        let files = try ledger.trustKit(of: newest)
        let kit: TrustKit
        do throws(TrustKitError) {
            // What the older one has verified is not verified again: of a ledger with many keys
            // that is nearly all.
            kit = try TrustKit(files, after: known?.kit)
        } catch {
            throw .corrupt("the ledger's own trust kit cannot be used: \(error)")
        }
        let made = Kept(kit: kit, moment: newest, time: now)
        kept.withLock { $0 = made }
        return made
    }
}
