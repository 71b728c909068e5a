import ArgumentParser
import Provenance
import Settings

/// A command that ends with one of our exit codes.
protocol ColophonCommand: AsyncParsableCommand {
    var common: CommonOptions { get }

    /// Does the work of the command; reports a failure of one of several inputs by itself.
    func perform(_ console: Console) async throws(Failure) -> ExitStatus
}

extension ColophonCommand {
    /// Runs the command and reports why it failed.
    func status() async -> ExitStatus {
        let console = common.console
        do throws(Failure) {
            return try await perform(console)
        } catch {
            console.report(error)
            return error.status
        }
    }

    func run() async throws {
        throw ExitCode(await status().rawValue)
    }
}

/// The flags of every command.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Write one JSON object per line, for programs.")
    var json = false

    @Flag(help: "Say nothing where nothing is wrong.")
    var quiet = false

    @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
    var config: String?

    var console: Console { Console(json: json, quiet: quiet) }

    /// Collects the settings of this program: flags, then environment, then file.
    func settings(_ flags: [String: String?] = [:]) async throws(Failure) -> Settings {
        do throws(SettingsError) {
            return try await Settings(Self.table, flags: flags, file: config)
        } catch {
            throw Failure(.usage, error.place, error.reason, hint: error.hint)
        }
    }

    private static let table = SettingsTable(
        settings: [
            Setting(
                "key", variable: "COLOPHON_KEY", isPath: true,
                summary: "the PEM file of the signing key"),
            Setting("issuer", variable: "COLOPHON_ISSUER", summary: "the URI of this PoP"),
            Setting("creator", variable: "COLOPHON_CREATOR", summary: "the creator's name"),
            Setting("ledger", variable: "COLOPHON_LEDGER", summary: "the ledger's address"),
            Setting(
                "ca", variable: "COLOPHON_CA", isPath: true,
                summary: "a file of the only authorities (PEM) that may vouch for the ledger"),
            Setting(
                "passphrase-file", variable: "COLOPHON_PASSPHRASE_FILE", isPath: true,
                summary: "a file with the passphrase of an encrypted key"),
            Setting(
                "bitcoin-headers", variable: "COLOPHON_BITCOIN_HEADERS", isPath: true,
                summary: "a file of Bitcoin block headers that verify believes"),
            Setting(
                "verify-issuers",
                summary: "the signers that verify expects; all others are false"),
            Setting(
                "deciders",
                summary: "the issuers, beside a slice's PoP, whose milestones count"),
            Setting(
                "business-hours",
                summary: "when a postmortem is waited for: Mon-Fri 09:00-17:00"),
            Setting(
                "trust", variable: "COLOPHON_TRUST", isPath: true,
                summary: "the trust kit, a file or a folder"),
        ],
        defaultFiles: ["~/.config/colophon/config.yaml"], fileVariable: "COLOPHON_CONFIG")
}

extension Settings {
    /// Returns the path of the trust kit.
    ///
    /// - Parameter isArgument: whether the command takes the kit without a flag.
    func requiredKit(isArgument: Bool = false) throws(Failure) -> String {
        if let path = self["trust"] { return path }
        throw .usage(
            isArgument ? "the trust kit is missing" : "--trust is missing",
            hint: "colophon trust fetch --ledger URL writes trust.colophon-kit; then "
                + (isArgument ? "name that" : "--trust trust.colophon-kit"))
    }

    /// Returns a setting that the command cannot do without.
    func required(_ key: String) throws(Failure) -> String {
        if let value = self[key] { return value }
        let variable = table.setting(key)?.variable ?? ""
        throw .usage(
            "--\(key) is missing",
            hint: "give --\(key), set \(variable), or write \"\(key): ...\" in the configuration")
    }
}
