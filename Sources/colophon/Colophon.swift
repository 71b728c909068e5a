import ArgumentParser
import Files
import Foundation
import Settings

/// Signs, submits and verifies statements about artifacts.
@main
struct Colophon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "colophon",
        abstract: "Signs, registers and verifies who made an artifact, where, when and how.",
        discussion: """
            A PoP signs records with no network; a ledger adds receipts; anyone verifies an
            artifact offline against a trust kit.

              colophon keygen --out berlin.pem
              colophon sign photo.jpg --key berlin.pem --creator "Ana" --title "Estuary" \\
                --issuer https://pops.example/berlin
              colophon submit photo.jpg.colophon --ledger https://ledger.example/prints
              colophon verify photo.jpg --trust trust/

            Settings come from flags, then from COLOPHON_KEY, _ISSUER, _LEDGER, _TRUST,
            _CREATOR and _CA, then from --config FILE or ~/.config/colophon/config.yaml.

            Exit codes: 0 yes, 1 no, 2 wrong usage or unreadable input, 3 try again.
            """,
        version: Release.line,
        subcommands: [
            Keygen.self, Key.self, Policy.self, Erase.self, Sign.self, Submit.self, Refresh.self,
            Status.self, Verify.self, VerifyMisbehaviour.self, Show.self, HistoryCommand.self,
            LabelCommand.self,
            Prove.self, FindCommand.self, CompleteCommand.self,
            LogCommand.self, AuditCommand.self, Mirror.self, ChainCommand.self, Trust.self,
            SpoolCommand.self, MilestoneCommand.self, WitnessCommand.self,
        ])

    /// Runs what the arguments ask for and exits with its status.
    static func main() async {
        Streams.holdPlaces()
        let json = ProcessStart.arguments.contains("--json")
        let console = Console(json: json, quiet: false)
        let status = console.settle(await atUsualPriority { await Self.status() })
        Foundation.exit(status.rawValue)
    }

    private static func status() async -> ExitStatus {
        do throws(SettingsError) {
            let places = { () throws(SettingsError) in
                try ArgumentPlaces(help: Colophon._dumpHelp())
            }
            let given = ProgramArguments()
            try given.requirePaths(places)
            let arguments = try given.checked { arguments, index throws(SettingsError) in
                try places().place(arguments, index)
            }
            return await status(of: arguments)
        } catch {
            let json = ProcessStart.arguments.contains("--json")
            Console(json: json, quiet: false).report(
                Failure(.usage, error.place, error.reason, hint: error.hint))
            return .usage
        }
    }

    private static func status(of arguments: [String]) async -> ExitStatus {
        do {
            var command = try parseAsRoot(arguments)
            switch command {
            case let command as any ColophonCommand:
                return await command.status()
            case var command as any AsyncParsableCommand:
                try await command.run()
            default:
                try command.run()
            }
            return .yes
        } catch {
            return explain(error, arguments)
        }
    }

    /// Prints help or version where they were asked for, else what is wrong with the usage.
    private static func explain(_ error: any Error, _ arguments: [String]) -> ExitStatus {
        let message = fullMessage(for: error)
        let console = Console(json: arguments.contains("--json"), quiet: false)
        guard exitCode(for: error) != .success else {
            console.print(text: HelpText.fitted(help: message))
            return .yes
        }
        var lines = message.split(separator: "\n").map(String.init)
        let first = lines.isEmpty ? "wrong usage" : lines.removeFirst()
        let reason = first.hasPrefix("Error: ") ? String(first.dropFirst(7)) : first
        let words = reason.prefix(1).lowercased() + reason.dropFirst()
        let usage = lines.map { $0.trimmingCharacters(in: .whitespaces) }
            .first { $0.hasPrefix("Usage:") }
        let hint = Self.misspelt(arguments) ?? usage.map(HelpText.hint)
        console.report(.usage(words.hasSuffix(".") ? String(words.dropLast()) : words, hint: hint))
        return .usage
    }

    /// Returns a hint where the arguments name no command: those that are like it.
    private static func misspelt(_ arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = Colophon.self
        var path = "colophon"
        for argument in arguments {
            let subcommands = command.configuration.subcommands
            if let next = subcommands.first(where: { $0._commandName == argument }) {
                command = next
                path += " \(argument)"
                continue
            }
            guard !subcommands.isEmpty, !argument.hasPrefix("-") else { return nil }
            let names = NearNames.like(argument, among: subcommands.map { $0._commandName })
            guard !names.isEmpty else { return "\(path) --help lists the commands" }
            return "did you mean " + names.map { "\(path) \($0)" }.joined(separator: " or ") + "?"
        }
        return nil
    }
}
