import ArgumentParser
import Encoding
import Manifests
import Provenance
import Studio

/// Changes a ledger's policy.
struct Policy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print or change what a ledger accepts.",
        subcommands: [Get.self, Set.self])

    struct Get: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a ledger's policy, as policy set takes it.",
            discussion: """
                  colophon policy get --ledger https://ledger.example/prints >policy.json

                It is folded from the ledger's control statements, whose signatures are
                checked from entry 0 on; --trust DIR or --origin makes sure whose they are.
                """)

        @OptionGroup var target: ReadTarget

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let desk = try await ReadingDesk(target, common, console)
            let log = try await desk.read { log, _ in log }
            let policy = log.registry.policy.settings.json
            if console.json {
                console.print(json: policy)
            } else {
                console.note(
                    "the policy of \(log.registry.origin), genesis \(log.registry.genesis)")
                console.print(text: IndentedJSON.text(of: .object(policy)))
            }
            return .yes
        }
    }

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
                Begin with colophon policy get. Which ledger is meant, --origin or --trust
                says, or what the key has signed for at this address before. On a terminal
                it shows what changes, and asks; --yes asks nothing.
                """)

        @Option(help: ArgumentHelp("The administrator's private key.", valueName: "pem"))
        var admin: String

        @Option(help: ArgumentHelp("The new policy.", valueName: "file"))
        var policy: String

        @OptionGroup var target: LedgerTarget

        @OptionGroup var change: ChangeOptions

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let bytes = try NamedFile.bytes(of: policy, limit: FileLimit.predicate)
            let settings: PolicyManifest.Settings
            do throws(Refusal) {
                settings = try PolicyManifest.Settings(policyFile: PlainText.unmarked(bytes))
            } catch {
                throw .unreadable(policy, "\(error)")
            }
            let desk = try await AdministratorDesk(
                admin: admin, target, change, common, console)
            let outcome = try await desk.make(PolicyChange(to: settings))
            try desk.report(outcome, as: "policy", "policy")
            return .yes
        }
    }
}
