import ArgumentParser
import Encoding
import Files
import Ledger
import LedgerControl
import LedgerServer

/// `colophond rotate`: hands one of the ledger's own keys over to a new one.
struct RotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Hands one of the ledger's own keys over to a new one, also while it is served.",
        discussion: """
            Examples:

              colophond rotate note --data ledger --prepare
              colophond rotate note --data ledger

            The first makes the next key and prints it, so that witnesses and others who list
            this log's keys can add it; the old key goes on signing. The second hands over:
            an entry of the log says so, the new key signs from that head on, and the old
            private key is removed. What the old key signed stays proven.

            Run it again after a kill: it goes on where it was, and never hands over twice.
            A handover of the last 24 hours is printed and not repeated, but with --again.
            So what was killed with --again is run again without it.

            A note key that was stolen: --suspect-from SIZE. What the keys so far signed of
            trees from that size on is then believed only where witnesses or an anchor had
            seen it before. Collectors need a newer trust kit, and studios newer receipts.
            A next key that was made before is removed: the thief may have it too.
            """)

    /// The ledger's own keys.
    enum Purpose: String, ExpressibleByArgument, CaseIterable {
        case note
        case receipt
        case ledger
    }

    @Argument(help: "Which key: note, receipt or ledger.")
    var which: Purpose

    @Option(help: ArgumentHelp("The ledger's folder.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the private keys; DATA.keys where not given.", valueName: "dir"))
    var keys: String?

    @Flag(help: "Only make the next key, and print it.")
    var prepare = false

    @Option(
        help: ArgumentHelp(
            "The tree size from which heads of the keys so far are suspect.", valueName: "size"))
    var suspectFrom: UInt64?

    @Flag(help: "Hand over also what was handed over within the last 24 hours.")
    var again = false

    @Option(
        help: ArgumentHelp(
            """
            A folder for the record of the entry, log-key-ENTRY.colophon, which a restore \
            may need.
            """, valueName: "dir"))
    var records: String?

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func run() async throws {
        guard !prepare || suspectFrom == nil && !again && records == nil else {
            throw Failure(
                "--prepare takes no --suspect-from, --again or --records",
                hint: "they are about the handover: leave --prepare out")
        }
        let settings = try await ServerSettings(flags: ["data": data, "keys": keys], file: config)
        let access = LedgerAccess(options: try settings.ledger)
        // Before anything is done: a folder that is not there must not cost the record.
        let folder = try records.map { path throws(Failure) in try Self.folder(path) }
        var arguments = ["which": which.rawValue]
        if prepare { arguments["prepare"] = "true" }
        if again { arguments["again"] = "true" }
        arguments["suspect-from"] = suspectFrom.map { "\($0)" }
        let result = try await access.run(.rotate, arguments)
        // What was done is said first: that the record cannot be had yet does not undo it.
        if json {
            Output.print(json: result)
        } else {
            for line in lines(result, keys: access.options.keys) { Output.print(line) }
        }
        try folder.map { folder throws(Failure) in try save(result, in: folder) }
    }

    private static func folder(_ path: String) throws(Failure) -> Folder {
        do throws(FileError) {
            return try Folder(path)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func save(_ result: JSON.Object, in folder: Folder) throws(Failure) {
        guard let entry = result["entry"]?.text, let text = result["record"]?.text,
            let record = Base64.decode(text.utf8)
        else {
            throw Failure(
                "the key was handed over; its record is not published yet",
                hint: recordLater("once a quorum of witnesses has seen it"),
                code: Failure.unavailable)
        }
        do throws(FileError) {
            try folder.write(
                record, to: "log-key-\(entry).colophon", .replacing(.published))
        } catch {
            throw Failure(
                "the key was handed over, and its record was not written: \(error)",
                hint: recordLater("mend that and run"))
        }
    }

    /// How the record is had later: no handover follows within a day without `--again`.
    private func recordLater(_ condition: String) -> String {
        var command = "colophond rotate \(ShellWord.quoted(which.rawValue))"
        let flags = [("data", data), ("keys", keys), ("config", config), ("records", records)]
        for case (let flag, let value?) in flags {
            command += " --\(flag) \(ShellWord.quoted(value))"
        }
        return "\(condition), within 24 hours: \(command) (it changes no key; later an export has "
            + "the record)"
    }

    /// What was done, and what others have to do now.
    private func lines(_ result: JSON.Object, keys: String) -> [String] {
        let text = { (name: Text) -> String in result[name]?.text?.string ?? "" }
        let wasPrepared = result["wasPrepared"] == .bool(true)
        let pair = ["old    \(text("old"))", "new    \(text("new"))"]
        let name = which.rawValue
        guard text("status") != "prepared" else {
            let done = wasPrepared ? "was made before" : "is made"
            var lines = ["the next \(name) key \(done); the old one goes on signing"] + pair
            if which == .note { lines += ["Witnesses add this line:", "log \(text("new"))"] }
            return lines + ["Then: colophond rotate \(ShellWord.quoted(name))"]
        }
        let done = text("status") == "known" ? "was handed over before" : "is handed over"
        var lines = ["the \(name) key \(done)"] + pair
        lines.append("entry  \(result["index"]?.integer ?? 0), \(text("entry"))")
        if wasPrepared { lines.append("the new key was made before, and this went on with it") }
        if let removed = result["removed"]?.text {
            lines += [
                "a next key that was made before is removed unused: who took the old one",
                "may have it too",
            ]
            lines +=
                which == .note
                ? ["Whoever has added this line takes it out again:", "log \(removed)"]
                : ["\(removed)"]
        }
        let size = result["lastSize"]?.integer ?? 0
        if which != .ledger { lines.append("the old key signs trees up to size \(size)") }
        if let from = result["suspectFrom"]?.integer {
            lines.append("heads of sizes \(from) to \(size) are suspect, unless seen before")
        }
        return lines + ["Now:"] + tasks(text, isSuspect: result["suspectFrom"] != nil)
            + ["- copy \(keys) to its offline places again"]
    }

    /// What others have to do, with the commands for it.
    private func tasks(_ text: (Text) -> String, isSuspect: Bool) -> [String] {
        let ledger = "https://" + text("origin")
        var lines: [String] = []
        if which == .note {
            lines += ["- witnesses add this line, and keep the old one:", "log \(text("new"))"]
        }
        if which != .ledger {
            lines += [
                "- collectors bring their kits up to date:",
                "  colophon trust update KIT --ledger \(ShellWord.quoted(ledger))",
            ]
        }
        if isSuspect {
            lines += [
                "- studios get newer receipts:",
                "  colophon refresh FILES --trust KIT --ledger \(ShellWord.quoted(ledger))",
            ]
        }
        return lines
    }
}
