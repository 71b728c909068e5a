import Provenance
import Studio
import Synchronization

/// The trust kit of a spool, as its files are now: a sync may follow for months, and `trust update`
/// puts another in its place.
final class SpoolKit: Sendable {
    private struct State {
        var files: TrustKit.Files?
        var kit: TrustKit?
    }

    private let path: String?
    private let state: Mutex<State>

    /// Reads the kit that the settings of a spool name, where they name one.
    init(of spool: Spool) throws(Failure) {
        path = spool.settings.trust
        let named = try path.map { path throws(Failure) in try NamedFile.namedKit(path) }
        let kit = try named.map { named throws(Failure) in try NamedFile.kit(named) }
        state = Mutex(State(files: named?.files, kit: kit))
    }

    /// The kit; nil where the spool has none.
    var kit: TrustKit? { state.withLock { $0.kit } }

    /// Its files.
    var files: TrustKit.Files? { state.withLock { $0.files } }

    /// Returns the kit where it is another one by now.
    ///
    /// One that cannot be read is told, and the one before stays: a file may be looked at while it
    /// is replaced.
    func renewed(_ report: SyncReport) -> TrustKit? {
        guard let path else { return nil }
        do throws(Failure) {
            let named = try NamedFile.namedKit(path)
            guard named.files != files else { return nil }
            let kit = try NamedFile.kit(named)
            state.withLock { $0 = State(files: named.files, kit: kit) }
            return kit
        } catch {
            report.warn(error)
            return nil
        }
    }
}
