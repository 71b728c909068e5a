import ArgumentParser
import Encoding
import Files
import Manifests
import Provenance
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
            let bytes = try InputFile.bytes(of: policy, limit: FileLimit.predicate)
            let settings: PolicyManifest.Settings
            do throws(Refusal) {
                settings = try PolicyManifest.Settings(policyFile: bytes)
            } catch {
                throw .unreadable(policy, "\(error)")
            }
            let session = try await ControlSession(
                admin: admin, target, common, console)
            let outcome = try await session.append { chain, _ throws(Failure) in
                if chain.registry.policy.settings == settings,
                    let entry = chain.newest({ $0.predicateType == PredicateType.policy })
                {
                    return .done(entry)
                }
                do throws(Refusal) {
                    return .log(
                        try chain.registry.policy.replacing(
                            settings: settings, nonce: Random.bytes(Limits.nonceBytes)))
                } catch {
                    throw .unreadable(policy, "\(error)")
                }
            }
            console.print("\(outcome.entry) policy", outcome.members)
            return .yes
        }
    }
}
