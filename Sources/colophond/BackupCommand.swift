import ArgumentParser
import Encoding
import Foundation
import LedgerControl
import LedgerServer

/// `colophond backup`: copies the new files of the ledger into a folder of backups.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Takes a backup of the ledger into a folder, also while it is served.",
        discussion: """
            Example:

              colophond backup --data ledger --to /mnt/backup/ledger --keep 30

            Each run adds one backup and copies only what is new. Neither the private keys nor
            the high-water file are in it: keep copies of the keys elsewhere, offline, and the
            high-water file where it is. See colophond restore --help.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp("The folder of backups; made where it is missing.", valueName: "dir"))
    var to: String

    @Option(help: "How many of the newest backups stay; all where not given.")
    var keep: UInt32?

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        guard keep != 0 else { throw Failure("--keep: at least one backup must stay") }
        let settings = try await ServerSettings(flags: ["data": data, "keys": keys], file: config)
        var arguments = ["to": try LedgerAccess.absolute(to)]
        arguments["keep"] = keep.map { "\($0)" }
        let access = LedgerAccess(options: try settings.ledger)
        let result = try await access.run(.backup, arguments)
        if json {
            return Output.print(json: result)
        }
        func number(_ name: Text) -> Int64 { result[name]?.integer ?? 0 }
        func counted(_ name: Text, _ one: String, _ several: String) -> String {
            "\(number(name)) \(number(name) == 1 ? one : several)"
        }
        // The growth is more than the backup's bytes where its list of files counts.
        Output.print(
            "backup \(number("backup")): \(counted("size", "entry", "entries")), "
                + "\(number("bytes")) bytes; the folder grew by \(number("newBytes")) bytes, "
                + "\(counted("kept", "backup", "backups")) in \(to)")
    }
}
