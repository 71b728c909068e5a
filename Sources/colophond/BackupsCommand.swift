import ArgumentParser
import Encoding
import Files
import Ledger
import LedgerStore
import Provenance

/// `colophond backups`: looks into a folder of backups.
struct BackupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backups",
        abstract: "Lists the backups in a folder, or checks that they are whole.",
        discussion: """
            Examples:

              colophond backups list --to /mnt/backup/ledger
              colophond backups check --to /mnt/backup/ledger

            Needs no ledger. Run it as the user who takes the backups.
            """,
        subcommands: [List.self, Check.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the backups in a folder, the oldest first.",
            discussion: """
                Example:

                  colophond backups list --to /mnt/backup/ledger

                A manifest that was erased is in every backup that is older than the line
                "erased bytes are gone from every file" of the ledger's log, until that
                backup is rotated: see backup --keep.

                An incomplete backup has lost a file: backups check says which.
                """)

        @Option(help: ArgumentHelp("The folder of backups.", valueName: "dir"))
        var to: String

        @Flag(help: "Print one JSON object per backup.")
        var json = false

        func run() async throws {
            for backup in try BackupsCommand.all(to) {
                if json {
                    Output.print(json: Self.object(backup))
                } else {
                    Output.print("backup \(backup.id)  \(Self.words(backup.content))")
                }
            }
        }

        private static func words(_ content: StoredBackup.Content?) -> String {
            guard let content else { return "incomplete" }
            return "\(BackupsCommand.time(content.time))  \(content.byteCount) bytes, "
                + "\(content.fileCount) files"
        }

        private static func object(_ backup: StoredBackup) -> JSON.Object {
            guard let content = backup.content else {
                return ["backup": .integer(Int64(backup.id)), "incomplete": true]
            }
            return [
                "backup": .integer(Int64(backup.id)),
                "time": .string(Text(BackupsCommand.time(content.time))),
                "bytes": .integer(min(Int64(clamping: content.byteCount), JSON.maximumInteger)),
                "files": .integer(Int64(content.fileCount)),
            ]
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Reads backups to the end and compares each file with its checksum.",
            discussion: """
                Examples:

                  colophond backups check --to /mnt/backup/ledger
                  colophond backups check --to /mnt/backup/ledger --backup 1

                Exit code 1: a file is missing or differs, and it says which. Whether the
                entries are proven, a drill says: restore and fsck.
                """)

        @Option(help: ArgumentHelp("The folder of backups.", valueName: "dir"))
        var to: String

        @Option(help: "Which backup; all where not given.")
        var backup: UInt32?

        @Flag(help: "Print one JSON object per backup.")
        var json = false

        func run() async throws {
            let ids = try backup.map { [$0] } ?? BackupsCommand.all(to).map(\.id)
            var damaged = false
            for id in ids {
                guard let reason = try judge(id) else { continue }
                damaged = true
                if !json { Failure("backup \(id): \(reason)", code: Failure.no).say() }
            }
            if damaged { throw ExitCode(Failure.no) }
        }

        /// Prints whether a backup is whole, and returns the reason where it is not.
        private func judge(_ id: UInt32) throws(Failure) -> String? {
            let line = JobProgressLine()
            defer { line.clear() }
            do throws(LedgerError) {
                try Ledger.checkBackup(id, in: to, progress: line.progress)
                line.clear()
                if json {
                    Output.print(json: ["backup": .integer(Int64(id)), "ok": true])
                } else {
                    Output.print("backup \(id): whole")
                }
                return nil
            } catch {
                guard case .damaged = error else { throw Failure(error, data: to) }
                if json {
                    Output.print(json: [
                        "backup": .integer(Int64(id)), "ok": false,
                        "reason": .string(Text("\(error)")),
                    ])
                }
                return "\(error)"
            }
        }
    }

    private static func all(_ path: String) throws(Failure) -> [StoredBackup] {
        do throws(LedgerError) {
            let backups = try Ledger.backups(in: path)
            guard !backups.isEmpty else {
                throw LedgerError.missing(path: path, reason: "has no backup")
            }
            return backups
        } catch {
            throw Failure(error, data: path)
        }
    }

    private static func time(_ seconds: Int64) -> String {
        "\(Instant(UInt64(clamping: seconds)))"
    }
}
