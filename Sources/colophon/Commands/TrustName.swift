import ArgumentParser
import Encoding
import Provenance
import Settings
import Studio

/// Gives keys, witnesses and ledgers names of the collector's own.
struct TrustName: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "name",
        abstract: "Give a key, a witness or a ledger a name of your own.",
        discussion: """
              colophon trust name jGxeYF3mKrXCrEk3VO9GlmT8bpYXWl0CLjyI1IDsG7Y \\
                "Studio Berlin" --trust trust.colophon-kit
              colophon trust name ledger.example/prints "The print room" \\
                --trust trust.colophon-kit
              colophon trust name --trust trust.colophon-kit \\
                -- -KID "Studio Lagos"

            The name is shown beside the URI, never instead of it. It is kept in
            ~/.config/colophon/names.yaml, not in the kit: nobody else sees it.
            A key is named by its KID, as "colophon trust show" prints it. A KID that
            begins with "-" goes after "--", and all flags before that.
            """)

    @Argument(
        help: ArgumentHelp(
            "The KID of a key, a witness of the kit, or the ledger's origin.", valueName: "id"))
    var id: String

    @Argument(help: "The name; left out with --remove.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The trust kit, a file or a folder (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Flag(help: "Take the name away.")
    var remove = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard remove == (name == nil) else {
            throw .usage(
                remove ? "--remove and a name exclude each other" : "the name is missing",
                hint: "give a name in quotes, or --remove")
        }
        let settings = try await common.settings(["trust": trust])
        let kit = try NamedFile.kit(settings.requiredKit())
        guard let named = KitText.named(id, in: kit) else {
            throw .unreadable(
                id, "names no key, witness or ledger of this trust kit",
                hint: "colophon trust show prints what it has")
        }
        do throws(NamesError) {
            try Names(home: NamedFile.home).set(named.id, to: name)
        } catch {
            throw Failure(error)
        }
        console.print(
            Names.beside(named.words, name),
            [
                ("id", .string(Text(named.id))), ("is", .string(Text(named.words))),
                ("name", name.map { .string(Text($0)) } ?? .null),
            ])
        return .yes
    }
}
