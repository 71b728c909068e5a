import ArgumentParser
import Encoding
import Foundation
import LedgerControl
import LedgerServer

/// `colophond export`: writes the log as static files.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the log as static tlog-tiles files, which any web server can serve.",
        discussion: """
            Example:

              colophond export --data ledger --out /srv/www/ledger

            Works while the ledger is served. A second run writes only what is new; the
            checkpoint is replaced last, so readers never see one without its tiles. A file is
            for everybody to read, as over HTTP. Manifests that were erased are taken out of
            the files by the next run.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "The folder to write; made where it is missing, brought up to date where not.",
            valueName: "dir"))
    var out: String

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data, "keys": keys], file: config)
        var options = try settings.ledger
        // What lacks a required quorum is published by no command either.
        try settings.witnesses?.apply(to: &options)
        let access = LedgerAccess(options: options)
        let result = try await access.run(.export, ["to": try LedgerAccess.absolute(out)])
        if json {
            return Output.print(json: result)
        }
        func number(_ name: Text) -> Int64 { result[name]?.integer ?? 0 }
        Output.print(
            "exported \(number("size")) entries to \(out): "
                + "\(number("size") - number("oldSize")) new, \(number("files")) files written")
    }
}
