import ArgumentParser
import Encoding
import Files
import Studio

/// Makes a folder a spool again that was moved, restored or copied.
struct SpoolAdopt: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Use a spool that was moved, restored, copied or damaged.",
        discussion: """
            Two spools with one chain would use each number twice, and the log would show
            it. So a folder that is not the one in which the spool was made signs nothing
            until you say what it is.

            It was moved to another disk, with all in it, and the old folder is gone:

              colophon spool adopt outbox --moved

            It is a copy, or comes from a backup, or is damaged: a new chain begins at
            number 0. All records stay, and what waits is sent:

              colophon spool adopt outbox --new-chain
            """)

    @Argument(help: ArgumentHelp("The spool's folder.", valueName: "dir"))
    var directory: String

    @Flag(help: "The chain goes on: the folder that it was is gone, and nothing was sealed since.")
    var moved = false

    @Flag(help: "Begin a new chain at number 0.")
    var newChain = false

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard moved != newChain else {
            throw .usage(
                "say what the folder is: --moved or --new-chain",
                hint: "colophon spool adopt --help tells when each is right")
        }
        let spool: Spool
        do throws(SpoolError) {
            spool = try SpoolAdoption.adopt(directory, moved ? .moved : .newChain)
        } catch {
            throw Failure(error)
        }
        let id = Hex.encode(spool.settings.spool)
        console.print(
            "\(directory) \(id)",
            [("spool", .string(Text(directory))), ("id", .string(Text(id)))])
        return .yes
    }
}
