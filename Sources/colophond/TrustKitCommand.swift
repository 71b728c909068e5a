import ArgumentParser
import Files
import Ledger
import LedgerControl
import Provenance

/// `colophond trust-kit`: writes what others need to verify this ledger's receipts offline.
struct TrustKitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-kit",
        abstract: "Writes the folder by which others verify this ledger's receipts offline.",
        discussion: """
            Example:

              colophond trust-kit --data ledger --out trust/

            Works while `colophond serve` runs, through its control socket. The folder
            holds only public things; hand it out over a channel that its readers trust.
            """)

    @Option(help: "The ledger's folder.")
    var data: String?

    @Option(help: "The folder of the private keys; DATA.keys where not given.")
    var keys: String?

    @Option(help: "The folder to write; files of a kit that is there already are replaced.")
    var out: String

    @Option(help: "The configuration file.")
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(
            flags: ["data": data, "keys": keys], file: config)
        let files = try await files(of: try settings.ledger)
        try write(files)
        Output.say("wrote \(out): \(files.map(\.name).joined(separator: ", "))")
    }

    /// Asks the process that has the ledger open; where there is none, opens it.
    private func files(
        of options: LedgerOptions
    ) async throws(Failure) -> [(name: String, bytes: [UInt8])] {
        let access = LedgerAccess(options: options)
        do {
            if let files = try await access.client.trustKit() { return files }
            let ledger = try access.open()
            defer { ledger.close() }
            return try ledger.trustKit().named
        } catch {
            throw access.failure(error)
        }
    }

    private func write(_ files: [(name: String, bytes: [UInt8])]) throws(Failure) {
        do throws(FileError) {
            let folder = try Folder(making: out, .published)
            for file in files {
                try folder.writeUnsettled(file.bytes, to: file.name, .replacing(.published))
            }
            try folder.settle()
        } catch {
            throw Failure(
                "\(error.path): cannot be written: \(error.words)",
                hint: "name a folder that you may write to")
        }
    }
}
