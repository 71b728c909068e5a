import ArgumentParser

/// Keeps the outbox of a PoP.
struct SpoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Keep signed records until there is a network.",
        discussion: """
            A spool is a folder. What is signed into it is on the disk before the command
            answers, numbered without a gap, and goes to one ledger when it can:

              colophon spool init outbox --key berlin.pem \\
                --issuer https://pops.example/berlin \\
                --ledger https://ledger.example/prints --trust trust.colophon-kit
              colophon sign --spool outbox photo.jpg --title "Estuary" --creator "Ana"
              colophon spool status outbox

            pending/ was never sent, submitted/ was sent and has no answer yet, registered/
            has receipts, refused/ has the ledger's reason beside each record.
            """,
        subcommands: [
            SpoolInit.self, SpoolWatch.self, SpoolSyncCommand.self, SpoolReport.self,
            SpoolStatus.self, SpoolPrune.self, SpoolAdopt.self,
        ])
}
