import ArgumentParser
import Files
import Foundation
import Settings

/// The ledger's server, and all that is done with its folder.
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "colophond",
        abstract: "Keeps a transparency log of what was made, by whom, and serves it over HTTP.",
        discussion: """
            A new ledger, and its server:

              colophond init --data ledger --origin ledger.example --admin admin.pub.pem
              colophond serve --data ledger --listen 127.0.0.1:8080
              colophond trust-kit --data ledger --out trust/

            Settings come from flags, then COLOPHOND_* variables, then --config FILE
            (/etc/colophon/colophond.yaml where it exists).
            """,
        version: Release.line,
        subcommands: [
            InitCommand.self, ServeCommand.self, TrustKitCommand.self, FsckCommand.self,
            BackupCommand.self, BackupsCommand.self, RestoreCommand.self, ExportCommand.self,
            RotateCommand.self, StatusCommand.self, IndexCommand.self,
        ])

    /// Runs the command that the arguments name; returns 0 to 3 (commands.md §1).
    static func status() async -> Int32 {
        Streams.holdPlaces()
        let status = await answer()
        guard let loss = Output.loss else { return status }
        loss.say()
        // A no stays a no; else what is lost decides.
        return status == Failure.no ? status : loss.code
    }

    private static func answer() async -> Int32 {
        // Files that RocksDB and others make here are their owner's alone, under every umask of the
        // shell; published files get their permissions where they are made.
        umask(0o077)
        do {
            var command = try parseAsRoot(try arguments())
            _ = try OpenFileLimit.raise(toAtLeast: OpenFileLimit.least)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as Failure {
            failure.say()
            return failure.code
        } catch let code as ExitCode {
            // The command has said what there is to say.
            return code.rawValue
        } catch {
            return say(error)
        }
    }

    /// RocksDB and the listener take their paths as text, so every argument here is some.
    private static func arguments() throws(Failure) -> [String] {
        do throws(SettingsError) {
            let given = ProgramArguments()
            try given.requirePaths { () throws(SettingsError) in
                try ArgumentPlaces(help: Program._dumpHelp())
            }
            return try given.checked { arguments, index in
                let flag = arguments[...index].suffix(2).first { $0.hasPrefix("--") }
                return .flag(flag.map { String($0.prefix { $0 != "=" }) } ?? "an argument")
            }
        } catch {
            throw Failure(error)
        }
    }

    /// Says what the argument parser has to say: help on stdout, a mistake on stderr.
    private static func say(_ error: any Error) -> Int32 {
        guard exitCode(for: error) != .success else {
            Output.print(text: HelpText.fitted(help: fullMessage(for: error)))
            return 0
        }
        let lines = message(for: error).split(separator: "\n").map(String.init)
        let hint = misspelt ?? "colophond help shows every flag"
        Failure(lines.joined(separator: " "), hint: hint).say()
        return Failure.usage
    }

    /// Returns a hint where the first argument names no command: those that are like it.
    private static var misspelt: String? {
        guard let name = ProcessStart.arguments.first, !name.hasPrefix("-") else { return nil }
        let names = configuration.subcommands.map { $0._commandName }
        let near = NearNames.like(name, among: names)
        guard !near.isEmpty, !names.contains(name) else { return nil }
        let program = configuration.commandName ?? ""
        return "did you mean " + near.map { "\(program) \($0)" }.joined(separator: " or ") + "?"
    }
}
