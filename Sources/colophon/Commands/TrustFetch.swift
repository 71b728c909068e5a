import ArgumentParser
import Encoding
import Files
import HTTPCalls
import LedgerClient
import Provenance
import Settings
import Studio

/// Gets a trust kit from its ledger.
struct TrustFetch: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Get a ledger's trust kit.",
        discussion: """
              colophon trust fetch --ledger https://ledger.example/prints \\
                --genesis 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE

            The genesis names the ledger for ever. The ledger's keys and registry follow
            from it; the witnesses do not, nor do the quorum, other logs, timestamp
            authorities and calendars: those are the operator's choice, and you are told.
            Take its 43 characters from where you trust them: print, a colleague, the
            operator's own pages. Without --genesis the network is believed, this once.
            """)

    @OptionGroup var connection: LedgerConnection

    @Option(help: ArgumentHelp("The ledger's genesis: 43 characters.", valueName: "id"))
    var genesis: String?

    @Option(
        help: ArgumentHelp(
            "Where the kit goes: a file NAME.colophon-kit, or a folder.", valueName: "kit"))
    var out = "trust" + TrustKit.Files.suffix

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings(connection.flags)
        let url = try Network.url(settings.required("ledger"))
        let pinned = try genesis.map { text throws(Failure) in try Self.genesis(text) }
        guard try !NamedFile.isTaken(out) else {
            throw .unwritable(
                out, "it exists already",
                hint: "\(CommandLineText.trustUpdate(out, at: "\(url)")) brings it up to date")
        }
        let options = try Network.options(settings, console)
        let files = try await Self.files(at: url, options)
        let kit: TrustKit
        do throws(TrustKitError) {
            kit = try TrustKit(files)
        } catch {
            throw Failure(.tryAgain, "\(url)", "the ledger's trust kit cannot be used: \(error)")
        }
        try Self.accept(kit, pinned: pinned, at: url, console)
        do throws(FileError) {
            try NewKit.write(files, to: out)
        } catch {
            throw Failure(writing: error)
        }
        console.print(
            "\(out) \(kit.origin) \(kit.genesis)",
            [("kit", .string(Text(out))), ("status", "fetched")]
                + KitText.members(of: kit) + KitText.choiceMembers(of: kit))
        return .yes
    }

    private static func files(
        at url: ServiceURL, _ options: CallOptions
    ) async throws(Failure) -> TrustKit.Files {
        do throws(CallError) {
            return try await LedgerClient.with(url, options: options) {
                client throws(CallError) in try await client.trustKit()
            }
        } catch {
            throw Failure(error, "\(url)")
        }
    }

    /// Holds the kit to the genesis that is pinned; without one a person is asked.
    private static func accept(
        _ kit: TrustKit, pinned: EntryID?, at url: ServiceURL, _ console: Console
    ) throws(Failure) {
        if let pinned {
            guard kit.genesis == pinned else {
                throw .no(
                    "\(url)", "is another ledger: its genesis is \(kit.genesis)",
                    hint: "nothing was written; look at the address, and at the 43 characters")
            }
            // Programs read the same in the members of the result.
            guard !console.json else { return }
            for notice in KitText.choices(of: kit) { console.warn(nil, notice) }
            return
        }
        let notices =
            [
                "\(url) says that it is \(kit.origin), genesis", "\(kit.genesis)",
                "only the network vouches for that, this once: compare the genesis with",
                "what the ledger's operator publishes elsewhere",
            ] + KitText.choices(of: kit)
        for notice in notices { console.warn(nil, notice) }
        guard console.confirms("Is that the ledger you mean?") != false else {
            throw .no("\(url)", "was not confirmed; nothing was written")
        }
    }

    private static func genesis(_ text: String) throws(Failure) -> EntryID {
        guard let id = EntryID(Text(text)) else {
            throw .usage(
                "--genesis must be the 43 characters of an EntryID",
                hint: "where it begins with \"-\", write --genesis=ID")
        }
        return id
    }
}
