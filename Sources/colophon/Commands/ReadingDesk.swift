import Checkpoints
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio

/// What a command needs to read a ledger's control statements.
struct ReadingDesk {
    private let ledger: ServiceURL
    private let options: CallOptions
    private let kit: TrustKit?
    private let origin: Origin?
    private let subjects: ChangeSubjects

    /// Reads settings and what vouches for the ledger.
    init(
        _ target: ReadTarget, _ common: CommonOptions, _ console: Console
    ) async throws(Failure) {
        let settings = try await common.settings(target.address.flags)
        ledger = try Network.url(settings.required("ledger"))
        options = try Network.options(settings, console)
        origin = try target.origin.map { text throws(Failure) in
            try AdministratorDesk.origin(text)
        }
        // A kit that only the surroundings name gives way to an origin that is named.
        let name = target.address.trust ?? (target.origin == nil ? settings["trust"] : nil)
        kit = try name.map { name throws(Failure) in try NamedFile.kit(name) }
        subjects = ChangeSubjects(ledger: ledger, kit: name)
    }

    /// Runs `body` with the ledger's control statements, and with a client of it.
    func read<Value: Sendable>(
        _ body: (ControlLog, LedgerClient) async throws(CallError) -> Value
    ) async throws(Failure) -> Value {
        do throws(AdministrationError) {
            return try await LedgerClient.with(ledger, options: options) {
                client throws(AdministrationError) in
                let log = try await ControlLog(reading: client, kit: kit, origin: origin)
                do throws(CallError) {
                    return try await body(log, client)
                } catch {
                    throw .ledger(error)
                }
            }
        } catch {
            throw Failure(error, subjects)
        }
    }
}
