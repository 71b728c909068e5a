import ArgumentParser
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Settings
import Studio

/// Gets a proof that a listing of entries is complete, and writes it where the kit proves it.
struct CompleteCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Get a ledger's proof that a listing of entries is complete.",
        discussion: """
            Which entries name a work, or belong to a thread or an issuer, among the first
            of the log, and that there is no other. Of a file only its SHA-256 is sent.

              colophon complete photo.jpg --out photo.complete --trust trust/
              colophon complete --sub urn:example:drop-7 --out drop.complete --trust trust/
              colophon verify photo.jpg --complete photo.complete --trust trust/

            What the ledger gives is verified by the trust kit before it is written. Of a
            listing of more than 4096 entries the first 4096 are in it.

            Exit code 0 means that the proof holds and was written; 1 that it does not
            hold, and nothing was written; 3 that the ledger has none now.
            """)

    @Argument(help: ArgumentHelp("The work.", valueName: "file"))
    var file: String?

    @Option(
        help: ArgumentHelp(
            "In the file's place, its SHA-256: 64 hexadecimal digits.", valueName: "hex"))
    var sha256: String?

    @Option(help: ArgumentHelp("All entries of this thread.", valueName: "uri"))
    var sub: String?

    @Option(help: ArgumentHelp("All entries of this issuer.", valueName: "uri"))
    var iss: String?

    @Option(help: ArgumentHelp("Where the proof goes.", valueName: "file"))
    var out: String

    @OptionGroup var connection: LedgerConnection

    @OptionGroup var judge: KitOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try judge.check()
        let question = try question(console)
        let settings = try await judge.settings(common, connection)
        let (_, kit) = try judge.read(settings)
        let url = try Network.url(settings.required("ledger"))
        let bytes = try await Self.proof(of: question, at: url, Network.options(settings, console))
        let verifier = Verifier(kit)
        let completeness = verifier.verify(complete: bytes, time: UTC.now)
        let holds = completeness.holds(at: judge.require ?? verifier.defaultLevel)
        let text = CompleteText(completeness)
        if holds { _ = try NewOrSame.write(bytes, to: out) }
        console.json
            ? console.print(json: text.json(named: out, holds: holds))
            : text.print(named: out, holds: holds, to: console)
        return holds ? .yes : .no
    }

    /// The one listing that is asked about.
    private func question(_ console: Console) throws(Failure) -> CompleteQuestion {
        guard [file, sha256, sub, iss].compactMap({ $0 }).count == 1 else {
            throw .usage(
                "a file, --sha256, --sub or --iss is to be named, and only one of them",
                hint: "colophon complete photo.jpg --out photo.complete")
        }
        if let file { return .artifact(try NamedFile.work(file, console).digest) }
        if let sub { return .thread(Text(sub)) }
        if let iss { return .issuer(Text(iss)) }
        guard let digest = sha256.flatMap({ Hex.decode($0) }).flatMap({ Hash($0) }) else {
            throw .usage("--sha256 is not 64 lower-case hexadecimal digits")
        }
        return .artifact(digest)
    }

    private static func proof(
        of question: CompleteQuestion, at url: ServiceURL, _ options: CallOptions
    ) async throws(Failure) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try await LedgerClient.with(url, options: options) {
                client throws(CallError) in try await client.complete(question)
            }
        } catch {
            throw Failure(error, "\(url)")
        }
        guard let bytes else {
            throw Failure(
                .tryAgain, "\(url)", "no head that it serves covers its newest index head yet",
                hint: "ask again in a minute")
        }
        return bytes
    }
}
