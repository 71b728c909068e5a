import ArgumentParser
import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerStore
import Provenance

/// `colophond init`: makes a ledger.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a new ledger: its keys, its policy and its first administrator.",
        discussion: """
            Example:

              colophon keygen --out admin.pem
              colophond init --data ledger --origin ledger.example --admin admin.pub.pem

            Makes ledger/ (the log), ledger.keys/ (three private keys, for their owner)
            and ledger.highwater (the highest head ever signed). Keep the keys and that
            file out of backups of the log. Prints the EntryID of entry 0: a verifier
            that trusts this ledger pins it.

            The ledger makes index heads, which prove that a list is complete. With
            --index off it makes none until "serve --index on" is said.
            """)

    @Option(help: ArgumentHelp("The ledger's folder, which must not exist.", valueName: "dir"))
    var data: String?

    @Option(help: "The ledger's name: its URL without https://, which is for ever.")
    var origin: String

    @Option(
        help: ArgumentHelp("The public key (PEM) of the first administrator.", valueName: "pem"))
    var admin: String

    @Option(help: "The administrator's URI; https://ORIGIN/admin where not given.")
    var adminIssuer: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "A public key (PEM) that is kept offline and may replace all administrators.",
            valueName: "pem"))
    var recovery: String?

    @Option(help: "off: no index heads; else on.")
    var index: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(
            flags: ["data": data, "keys": keys, "index": index], file: config)
        var options = try settings.ledger
        options.index = try settings.index
        let origin = try readOrigin()
        let issuer = try readIssuer(origin)
        let admin = try publicKey(admin)
        let recovery = try recovery.map { path throws(Failure) in try publicKey(path) }
        let genesis: EntryID
        do throws(LedgerError) {
            genesis = try Ledger.initialize(
                options, origin: origin, admin: admin, adminIssuer: issuer, recovery: recovery)
        } catch {
            throw Failure(error, data: options.data)
        }
        Output.say("made \(options.data): the log, with its policy and one administrator")
        Output.say("made \(options.keys): note.pem, receipt.pem, ledger.pem (keep them secret)")
        Output.say("made \(options.highWater): the highest head that was signed")
        Output.say("the EntryID of entry 0, by which this ledger is known:")
        Output.print("\(genesis)")
    }

    private func readOrigin() throws(Failure) -> Origin {
        do throws(OriginError) {
            return try Origin(Text(origin))
        } catch {
            throw Failure(
                "--origin: \"\(origin)\" is not a ledger's name (\(error))",
                hint: "a host in lower case and a path, without https://: ledger.example/prints")
        }
    }

    private func readIssuer(_ origin: Origin) throws(Failure) -> Text? {
        guard let adminIssuer else { return nil }
        let isASCII = adminIssuer.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isASCII, adminIssuer.contains(":"), adminIssuer.utf8.count <= Limits.uriBytes else {
            throw Failure(
                "--admin-issuer: \"\(adminIssuer)\" is not a URI",
                hint: "for example https://\(origin)/admin")
        }
        return Text(adminIssuer)
    }

    private func publicKey(_ path: String) throws(Failure) -> COSEKey {
        do throws(KeyFileError) {
            return try KeyFile.read(publicKeyAt: path)
        } catch {
            throw Failure("\(path): \(error)", hint: error.hint(path: path))
        }
    }
}
