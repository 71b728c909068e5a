import ArgumentParser
import Encoding
import LedgerClient
import Provenance
import Studio

/// Erases a manifest.
struct Erase: ColophonCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erase the manifest of entries.",
        discussion: """
            The manifest's bytes go, for every entry that has them; the statements, which
            hold only its digest, and all proofs stay. That it was erased, by whom and why,
            is logged for ever. It says when the bytes have left the ledger's disk. It
            shows first what goes, and asks on a terminal; --yes asks nothing.

              colophon erase 9oTmmr1XyNV5DVb3QZ3YgkhXyCiXOC7BXDpIjwGYKcE \\
                --admin admin.pem --reason "request of the person pictured" \\
                --authority "GDPR Art. 17" --ledger https://ledger.example/prints

            An entry may begin with "-": write --entry=ID, or /entries/ID. Which ledger is
            meant, --origin or --trust says, or what the key has signed for there before.
            """)

    @Argument(help: ArgumentHelp("The entries; all must share one manifest.", valueName: "entry"))
    var entries: [String] = []

    @Option(name: .customLong("entry"), help: ArgumentHelp("An entry.", valueName: "id"))
    var moreEntries: [String] = []

    @Option(help: ArgumentHelp("The administrator's private key.", valueName: "pem"))
    var admin: String

    @Option(help: ArgumentHelp("The reason.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("The law, order or request behind it.", valueName: "text"))
    var authority: String

    @OptionGroup var target: LedgerTarget

    @OptionGroup var change: ChangeOptions

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        var ids: [EntryID] = []
        for text in entries + moreEntries {
            let id = try EntryArgument.parse(text)
            if !ids.contains(id) { ids.append(id) }
        }
        guard !ids.isEmpty else { throw .usage("no entry is named") }
        let desk = try await AdministratorDesk(admin: admin, target, change, common, console)
        let (entries, reason, authority) = (ids, Text(reason), Text(authority))
        let (outcome, state) = try await desk.make { client throws(AdministrationError) in
            var change = try await ErasureChange(
                of: entries, reason: reason, authority: authority, client)
            // Shown with the plan: not where the manifest is erased already.
            if console.explains { change.preview = await ErasurePreview(of: change, client) }
            return change
        } then: { erasure, client in
            await erasure.end(client)
        }
        console.note(Self.words(state))
        try desk.report(outcome, as: "erasure", "erasure", [("bytesGone", .bool(state == .gone))])
        return .yes
    }

    /// What a person is told of the bytes.
    private static func words(_ state: ManifestState?) -> String {
        switch state {
        case .gone:
            "no file of the ledger has the bytes any more; its backups have, until they are rotated"
        case .leaving:
            "the ledger gives the bytes out no more, and is still removing them from its files"
        case .present: "the ledger still gives the bytes out, although it logged the erasure"
        case nil: "it is logged; the ledger does not say whether its files have the bytes still"
        }
    }
}
