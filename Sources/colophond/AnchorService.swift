import Anchoring
import Ledger
import LedgerStore
import Logging
import ServiceLifecycle

/// Has a ledger's heads dated by authorities and calendars, until the server is told to stop; then
/// it tries once more, so that what was registered last has its date.
final class AnchorService: Service {
    private let conductor: AnchorConductor

    /// Whether authorities are among those who date heads.
    let hasAuthorities: Bool

    /// Prepares to ask; nil where there is nobody to ask.
    init?(_ plan: AnchorPlan, for ledger: Ledger, logger: Logger) throws(Failure) {
        guard plan.isNeeded else { return nil }
        hasAuthorities = !plan.options.authorities.isEmpty
        do throws(AnchorSetupError) {
            conductor = try AnchorConductor(
                log: DatedLog(ledger), options: plan.options,
                clock: ConductorClock(seconds: SystemClock.seconds), logger: logger)
        } catch {
            throw Failure("\(error)")
        }
    }

    /// What is overdue, in a line for whoever asks whether the ledger is ready; nil where nothing
    /// is.
    @Sendable func warning() -> String? { conductor.health.overdueLine }

    func run() async {
        await cancelWhenGracefulShutdown { [self] in await conductor.run() }
        await conductor.finish()
        await conductor.close()
    }
}
