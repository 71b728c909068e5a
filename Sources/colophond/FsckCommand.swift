import ArgumentParser
import Encoding
import Files
import Foundation
import Jobs
import Ledger
import LedgerCheck
import LedgerControl
import LedgerStore

/// `colophond fsck`: checks a ledger's folder, row by row.
struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Checks everything that is stored: leaves, tiles, rows, manifests, heads.",
        discussion: """
            Example:

              colophond fsck --data ledger

            Works while `colophond serve` runs, through its control socket, and on a folder
            that nobody has open, a backup too: it reads only, and needs no keys. Prints one
            line for each finding: family, key, what is wrong, and the rule. Manifests that
            entries came back without are said, too; they are no finding.

            Exit codes: 0 nothing found, 1 something found, 2 the folder cannot be read or
            the usage is wrong, 3 the process that has the folder open did not answer.
            """)

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Flag(help: "Judge each statement too: signature, key, role and policy at its index.")
    var signatures = false

    @Flag(help: "Leave out the manifests' bytes.")
    var skipManifests = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Say nothing on standard error but why it failed.")
    var quiet = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings = try await ServerSettings(flags: ["data": data], file: config)
        let folder = try settings.ledger
        let report = try await report(on: folder)
        let findings = report["findings"]?.array ?? []
        if json {
            Output.print(json: report)
        } else {
            for finding in findings { Output.print(Self.line(finding)) }
            if let line = Self.missing(report) { Output.print(line) }
        }
        let count = report["findingCount"]?.integer ?? 0
        if !quiet { say(report, count, folder) }
        if count > 0 { throw ExitCode(1) }
    }

    /// Asks the process that has the ledger open; where there is none, reads the folder here.
    private func report(on folder: LedgerOptions) async throws(Failure) -> JSON.Object {
        let line = JobProgressLine()
        let progress = quiet ? JobProgress.silent : line.progress
        defer { line.clear() }
        do {
            let arguments = ControlArguments([
                "signatures": "\(signatures)", "skip-manifests": "\(skipManifests)",
            ])
            let client = ControlClient(data: folder.data)
            if let report = try await client.call("fsck", arguments, progress: progress) {
                return report
            }
        } catch {
            let remedy = (error as? ControlError)?.remedy ?? .wait
            throw Failure("\(folder.data): \(error)", code: remedy.rawValue)
        }
        var options = CheckOptions()
        options.signatures = signatures
        options.manifests = !skipManifests
        do throws(LedgerError) {
            return try Ledger.check(folder: folder, options, progress: progress).json
        } catch {
            throw Self.failure(error, data: folder.data)
        }
    }

    /// A folder that cannot be read at all is the usage's fault or beyond what this can name.
    private static func failure(_ error: LedgerError, data: String) -> Failure {
        switch error {
        case .engine where error.remedy == .look:
            Failure("\(data): \(error)", hint: "restore the folder from a backup")
        case .noLedger:
            Failure("\(error)", hint: "name the folder that colophond init made")
        default: Failure(error, data: data)
        }
    }

    private static func line(_ finding: JSON) -> String {
        func text(_ name: Text) -> String {
            guard case .object(let members) = finding, let text = members[name]?.text else {
                return "?"
            }
            return text.string
        }
        return "\(text("family")) \(text("key")): \(text("detail")) [\(text("rule"))]"
    }

    /// Says which manifests are missing; nil where none is, or nobody has looked.
    private static func missing(_ report: JSON.Object) -> String? {
        guard let count = report["missingManifests"]?.integer, count > 0 else { return nil }
        let first = (report["firstMissing"]?.array ?? []).compactMap { entry in
            entry.integer.map(UInt64.init)
        }
        return "manifests: " + MissingManifestsText(UInt64(count), first).line
    }

    /// Whether each finding is about rows that are made anew of the entries.
    private static func isOfTheIndexAlone(_ report: JSON.Object, _ count: Int64) -> Bool {
        let rows = (report["findings"]?.array ?? []).compactMap { finding -> (Text, Text)? in
            guard case .object(let members) = finding, let family = members["family"]?.text,
                let key = members["key"]?.text
            else { return nil }
            return (family, key)
        }
        // The second is the mark of a rebuild that was cut off.
        return Int64(rows.count) == count
            && rows.allSatisfy { family, key in
                ["indexHeads", "lists", "listTiles"].contains(family)
                    || family == "meta" && key == "rebuilt"
            }
    }

    private func say(_ report: JSON.Object, _ count: Int64, _ folder: LedgerOptions) {
        let size = report["size"]?.integer ?? 0
        let seconds = report["seconds"]?.number ?? 0
        let rate = report["leavesPerSecond"]?.integer ?? 0
        let time = String(format: "%.1f", seconds)
        Output.say(
            "checked \(size) entries of \(folder.data) in \(time) s (\(rate) entries/s"
                + (skipManifests ? " without signatures)" : " without manifests and signatures)"))
        if let missing = report["missingManifests"]?.integer, missing > 0 {
            Output.say("  hint: \(MissingManifestsText.hint(data: folder.data))")
        }
        guard count > 0 else { return Output.say("nothing is wrong") }
        let listed = report["findings"]?.array?.count ?? 0
        let more = Int64(listed) < count ? ", of which \(listed) are listed" : ""
        Failure(
            "\(folder.data): \(count) findings\(more)",
            hint: Self.isOfTheIndexAlone(report, count)
                ? "stop it, then: colophond index rebuild --data \(ShellWord.quoted(folder.data))"
                : "keep the folder as it is, and restore a backup beside it"
        ).say()
    }
}
