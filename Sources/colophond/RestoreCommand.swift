import ArgumentParser
import Checkpoints
import Files
import Foundation
import Ledger
import LedgerStore
import Provenance

/// `colophond restore`: brings a ledger back, and never lets it contradict its signed heads.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Brings a ledger back from a backup, and its missing entries from copies.",
        discussion: """
            Examples:

              colophond restore --from /mnt/backup/ledger --data ledger
              colophond restore --data ledger --entries-from /srv/www/ledger
              colophond restore --data ledger --entries-from records/*.colophon
              colophond restore --data ledger --highwater-lost --checkpoint newest.txt

            A backup is older than the ledger was. Until every entry up to the highest head
            that was ever signed is back, the folder is read but signs nothing: signing on
            would fork the log. Missing entries come back at their proven places, from an
            export or from files with receipts. A file that proves nothing is passed over,
            and said. Of several exports one stands in for a damaged file of another. Index
            heads come back from exports, and from proofs of completeness: .complete files,
            and those in records. No entry behind a head comes back before it.

            An entry whose manifest no file has comes back without it. The same command puts
            such manifests back later, from any export, mirror or record that has them, each
            by the digest in its entry; what is there already stays.

            DATA.highwater remembers that head. Where it is lost with the machine, ask
            everybody who may have seen the ledger for the newest checkpoint, and name it
            with --highwater-lost --checkpoint FILE. Run while no server has the folder open.
            Exit code 0: it may sign, and serve opens it, although manifests may be missing,
            which it says; 1: entries are missing, and it says which, or the high-water file
            is; 2: serve refuses it too, such as for its keys, or a file is damaged.
            """)

    /// Files that are named in one answer: what fits a screen.
    private static let namedFiles = 20

    @Option(
        help: ArgumentHelp(
            "The ledger's folder; it must not exist where it is made anew.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The folder of backups to restore from.", valueName: "dir"))
    var from: String?

    @Option(help: "Which backup; the newest where not given.")
    var backup: UInt32?

    @Option(
        name: .customLong("entries-from"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "An export, a mirror, .colophon or .complete files, or a folder of them.",
            valueName: "file"))
    var entries: [String] = []

    @Option(
        name: .customLong("checkpoint"),
        help: ArgumentHelp(
            "A signed checkpoint that others have seen; may be given again.", valueName: "file"))
    var checkpoints: [String] = []

    @Flag(help: "Make the high-water file anew from --checkpoint, because it is lost.")
    var highwaterLost = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data], file: config)
        let options = try settings.ledger
        guard backup == nil || from != nil else {
            throw Failure("--backup: needs --from", hint: "name the folder of backups")
        }
        guard !highwaterLost || !checkpoints.isEmpty else {
            throw Failure(
                "--highwater-lost: needs --checkpoint",
                hint: "ask those who have seen the ledger for the newest checkpoint they hold")
        }
        let notes = try checkpoints.map { path throws(Failure) in
            (name: path, note: try Self.note(path))
        }
        let line = JobProgressLine()
        let missing: Recovery.MissingManifests
        var exports: [String] = []
        do throws(LedgerError) {
            defer { line.clear() }
            let places = try places()
            exports = places.exports
            if let from {
                let report = try Ledger.restore(
                    from: from, backup: backup, to: options, progress: line.progress)
                line.clear()
                Output.say(
                    "restored backup \(report.id) to \(options.data): \(report.size) entries")
            } else if let copy = places.exports.first, try !Self.isThere(options.data) {
                try await Ledger.restore(fromCopy: copy, beside: exports, to: options)
                Output.say("made \(options.data) of the first entries of \(copy)")
            }
            missing = try await bringBack(options, notes, places, line)
        } catch {
            throw Self.failure(error, options, exports, entries)
        }
        try judge(options, missing)
    }

    /// Whether there is anything at a path; a folder of a ledger is never made in its place.
    private static func isThere(_ path: String) throws(LedgerError) -> Bool {
        do throws(FileError) {
            return try NamedPath.status(path) != nil
        } catch {
            throw LedgerError(error)
        }
    }

    /// The records and exports that are named, before anything is written: each can be opened.
    private func places() throws(LedgerError) -> (files: [String], exports: [String]) {
        var (files, exports): ([String], [String]) = ([], [])
        for path in entries {
            if let records = try Self.records(path) {
                files += records
            } else {
                exports.append(path)
            }
        }
        do throws(FileError) {
            for path in files { _ = try InputFile(path) }
        } catch {
            throw LedgerError(error, saying: error.words)
        }
        return (files, exports)
    }

    /// Asks the memories, puts entries back, and manifests that were missing; returns those that
    /// are still.
    private func bringBack(
        _ options: LedgerOptions, _ notes: [(name: String, note: [UInt8])],
        _ places: (files: [String], exports: [String]), _ line: JobProgressLine
    ) async throws(LedgerError) -> Recovery.MissingManifests {
        let (files, exports) = places
        let recovery = try Recovery(
            options, makingHighWaterFrom: highwaterLost ? notes : nil, exports: exports,
            files: files)
        defer { recovery.close() }
        for (name, note) in notes { try recovery.remember(note, from: name) }
        try await recovery.remember(copies: exports)
        for path in exports {
            let report = try await recovery.putBack(
                export: path, beside: exports, progress: line.progress)
            say(report, path, line)
        }
        if !files.isEmpty {
            say(try await recovery.putBack(files: files, progress: line.progress), "receipts", line)
        }
        let manifests = try recovery.putBackManifests(
            exports: exports, files: files, progress: line.progress)
        line.clear()
        say(manifests.passedOver)
        if manifests.count > 0 {
            Output.say(
                "put back \(manifests.count) "
                    + (manifests.count == 1 ? "manifest that was" : "manifests that were")
                    + " missing")
        }
        return manifests.missing
    }

    private func say(_ report: Recovery.Report, _ source: String, _ line: JobProgressLine) {
        line.clear()
        say(report.passedOver)
        if report.anchors > 0 {
            Output.say("\(source): put back evidence about heads, \(report.anchors) pieces")
        }
        let next = report.entries.upperBound
        if let later = report.behindGap {
            Output.say(
                "\(source): have entry \(later), but not entry \(next), which comes first: it "
                    + "stays out until \(next) is there")
        }
        guard !report.entries.isEmpty else {
            if report.behindGap == nil {
                Output.say("\(source): no entry that is missing here")
            }
            return
        }
        Output.say(
            "put back \(NamedEntries(report.entries)) from \(source)")
        if report.withoutManifest > 0 {
            Output.say("  \(report.withoutManifest) of them without their manifest")
        }
    }

    /// Names what was passed over, as much of it as somebody reads.
    private func say(_ passedOver: [Recovery.PassedOver]) {
        guard !passedOver.isEmpty else { return }
        let count = passedOver.count
        Output.say("passed over \(count) \(count == 1 ? "file" : "files"):")
        for file in passedOver.prefix(Self.namedFiles) {
            Output.say("  \(file.path): \(file.reason)")
        }
        if count > Self.namedFiles { Output.say("  and \(count - Self.namedFiles) more") }
    }

    /// Says where the folder stands; exit code 1 where it must not sign yet.
    private func judge(
        _ options: LedgerOptions, _ missing: Recovery.MissingManifests
    ) throws(Failure) {
        if missing.count > 0 {
            Failure(
                "\(options.data): " + MissingManifestsText(missing.count, missing.first).line,
                hint: MissingManifestsText.hint(data: options.data)
            ).say()
        }
        let (size, signedSize): (UInt64, UInt64)
        let isServed: Bool
        var keys: Failure?
        do throws(LedgerError) {
            let recovery = try Recovery(options)
            defer { recovery.close() }
            (size, signedSize) = (recovery.size, recovery.signedSize)
            isServed = try recovery.hasSignedHead
            do throws(LedgerError) {
                try recovery.requireKeys()
            } catch {
                keys = Failure(error, data: options.data)
            }
        } catch {
            throw Self.failure(error, options, [], [])
        }
        guard size < signedSize else {
            if let keys { throw keys }
            let lack = missing.count == 1 ? "1 manifest" : "\(missing.count) manifests"
            Output.print(
                missing.count == 0
                    ? "\(options.data): \(size) entries, complete: it may sign"
                    : "\(options.data): \(size) entries, complete in its log, but without "
                        + "\(lack): it may sign")
            return
        }
        if let keys { Output.say("colophond: \(keys.line): it is not served before that is right") }
        let lack = NamedEntries(size..<signedSize)
        throw Failure(
            "\(lack.are) missing: \(options.data) has \(size) entries, but a head of "
                + "\(signedSize) was signed; the folder "
                + (isServed
                    ? "is served and signs nothing"
                    : "is not served before \(lack.theyAre) back"),
            hint: "colophond restore --data \(ShellWord.quoted(options.data)) "
                + "--entries-from EXPORT|FILE.colophon",
            code: Failure.no)
    }

    /// - Parameters:
    ///   - exports: the exports and mirrors among `entries`.
    ///   - entries: what `--entries-from` names: a key that signed a checkpoint may be named by
    ///     nothing else, so a command that makes the high-water file must name it, too.
    private static func failure(
        _ error: LedgerError, _ options: LedgerOptions, _ exports: [String], _ entries: [String]
    ) -> Failure {
        switch error {
        case .missing(options.highWater, _), .damaged(options.highWater, _): break
        case .damaged(let path, _), .missing(let path, _):
            guard let copy = exports.first(where: { lies(path, in: $0) }) else { fallthrough }
            return Failure(
                "\(error)",
                hint: "colophon mirror --recheck --from OTHER --trust KIT --to "
                    + ShellWord.quoted(copy),
                code: error.remedy.rawValue)
        default: return Failure(error, data: options.data)
        }
        let from =
            entries.isEmpty
            ? "" : " --entries-from " + entries.map(ShellWord.quoted).joined(separator: " ")
        return Failure(
            "\(error)",
            hint: "colophond restore --data \(ShellWord.quoted(options.data)) --highwater-lost "
                + "--checkpoint FILE" + from,
            code: Failure.no)
    }

    /// Whether a file is one of the folder at `folder`, with or without a slash at its end.
    private static func lies(_ path: String, in folder: String) -> Bool {
        path.hasPrefix(folder.hasSuffix("/") ? folder : "\(folder)/")
    }

    /// Returns the records at `path`: itself, or those in a folder of them; nil for an export.
    private static func records(_ path: String) throws(LedgerError) -> [String]? {
        do throws(FileError) {
            guard try NamedPath.status(path)?.kind == .folder else { return [path] }
            let folder = try Folder(path)
            let records = try folder.names().filter {
                $0.hasSuffix(".colophon") || $0.hasSuffix(CompleteProof.fileSuffix)
            }
            guard !records.isEmpty else { return nil }
            return records.sorted().map { folder.path(of: $0) }
        } catch {
            throw LedgerError(error, saying: error.words)
        }
    }

    private static func note(_ path: String) throws(Failure) -> [UInt8] {
        do throws(FileError) {
            return try InputFile(path).bytes(limit: SignedNote.maximumByteCount)
        } catch {
            throw Failure(
                "\(error): cannot be read", hint: "name a file with a signed checkpoint")
        }
    }
}
