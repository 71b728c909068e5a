import ArgumentParser
import Checkpoints
import Provenance
import Settings
import Studio

/// The trust kit by which the entries of a ledger are judged, and who must have seen its newest
/// head.
struct KitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The trust kit by which all is judged (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            """
            Who must have seen the head that decides: logged (the log alone) or witnessed; \
            default witnessed where the kit asks for witnesses.
            """, valueName: "level"))
    var require: Level?

    /// Collects the settings of a command that asks a ledger and judges by a kit.
    func settings(
        _ common: CommonOptions, _ connection: LedgerConnection
    ) async throws(Failure) -> Settings {
        try await common.settings(connection.flags.merging(["trust": trust]) { $1 })
    }

    /// Reads the kit, which must be able to say what is required of heads.
    func read(_ settings: Settings) throws(Failure) -> (named: NamedKit, kit: TrustKit) {
        try Self.read(settings, requiring: require)
    }

    /// Whether the witnesses' quorum is asked for, where the kit has one.
    var requiresQuorum: Bool { require != .logged }

    /// Refuses a level that is none of heads.
    func check() throws(Failure) { try Self.check(require) }

    static func check(_ level: Level?) throws(Failure) {
        if let level, ![.logged, .witnessed].contains(level) {
            throw .usage("--require is logged or witnessed here")
        }
    }

    static func read(
        _ settings: Settings, requiring level: Level?
    ) throws(Failure) -> (named: NamedKit, kit: TrustKit) {
        let named = try NamedFile.namedKit(settings.requiredKit())
        let kit = try NamedFile.kit(named)
        if level == .witnessed, kit.policy.quorum == .none {
            throw .usage(
                "--require witnessed: the trust kit \(named.path) asks for no witnesses "
                    + "(quorum none)")
        }
        return (named, kit)
    }
}
