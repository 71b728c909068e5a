import ArgumentParser
import Encoding
import Manifests
import Studio

/// Changes a ledger's policy.
struct Policy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change what a ledger accepts.",
        subcommands: [Set.self])

    struct Set: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace a ledger's policy.",
            discussion: """
                  colophon policy set --admin admin.pem --policy policy.json \\
                    --ledger https://ledger.example/prints

                policy.json is the whole policy, not a patch:

                  {"algorithms": [-8, -7],
                   "predicateTypes": ["urn:colophon:provenance:v1"],
                   "limits": {"manifestBytes": 262144, "statementBytes": 8192, "subjects": 64},
                   "maxAhead": 86400}

                nonce, origin and keys are filled in: they stay as they are in entry 0.
                Which ledger is meant, --origin or --trust says, or what the key has signed
                for at this address before.
                """)

        @Option(help: ArgumentHelp("The administrator's private key.", valueName: "pem"))
        var admin: String

        @Option(help: ArgumentHelp("The new policy.", valueName: "file"))
        var policy: String

        @OptionGroup var target: LedgerTarget

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let bytes = try NamedFile.bytes(of: policy, limit: FileLimit.predicate)
            let settings: PolicyManifest.Settings
            do throws(Refusal) {
                settings = try PolicyManifest.Settings(policyFile: PlainText.unmarked(bytes))
            } catch {
                throw .unreadable(policy, "\(error)")
            }
            let desk = try await AdministratorDesk(admin: admin, target, common, console)
            let outcome = try await desk.make(PolicyChange(to: settings))
            console.print("\(outcome.entry) policy", outcome.members)
            return .yes
        }
    }
}
