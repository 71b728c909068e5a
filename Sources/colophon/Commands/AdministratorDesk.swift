import ArgumentParser
import Checkpoints
import Encoding
import Files
import HTTPCalls
import LedgerClient
import Settings
import Studio

/// Where a ledger answers, and which one is meant.
struct LedgerAddress: ParsableArguments {
    @OptionGroup var connection: LedgerConnection

    @Option(
        help: ArgumentHelp(
            "The trust kit of the ledger that is meant (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    /// The flags by the settings that they stand for.
    var flags: [String: String?] { connection.flags.merging(["trust": trust]) { $1 } }
}

/// Which ledger a reader means, and where it answers.
struct ReadTarget: ParsableArguments {
    @OptionGroup var address: LedgerAddress

    @Option(
        help: ArgumentHelp(
            """
            The origin of the ledger that is meant. Without this and without a kit the ledger at \
            the address is believed.
            """, valueName: "origin"))
    var origin: String?
}

/// Which ledger an administrator means, and where it answers.
struct LedgerTarget: ParsableArguments {
    @OptionGroup var address: LedgerAddress

    @Option(
        help: ArgumentHelp(
            """
            The origin of the ledger that is meant. Without this and without a kit it is the one \
            that --admin has signed for there; the first time, you are asked.
            """, valueName: "origin"))
    var origin: String?

    @OptionGroup var passphrase: PassphraseOptions
}

/// The flags of every command that changes a ledger.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Ask nothing; without a terminal nothing is asked either.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            """
            The folder for the record of the change; default the current one. A ledger that has \
            lost its folder gets the change back from it.
            """, valueName: "dir"))
    var records = "."
}

/// All that a command needs to change a ledger as its administrator.
struct AdministratorDesk {
    private let admin: SigningKey
    private let ledger: ServiceURL
    private let options: CallOptions
    private let choice: LedgerChoice
    private let dialogue: AdministrationDialogue
    private let records: String
    private let console: Console
    private var subjects: ChangeSubjects

    /// Reads key, settings and what vouches for the ledger.
    ///
    /// - Parameters:
    ///   - path: the file of the administrator's key.
    ///   - key: the file of the key that the change is about.
    init(
        admin path: String, _ target: LedgerTarget, _ change: ChangeOptions, key: String? = nil,
        _ common: CommonOptions, _ console: Console
    ) async throws(Failure) {
        let settings = try await common.settings(target.address.flags)
        admin = try NamedFile.privateKey(
            path, PassphraseSource(target.passphrase, settings, console), console)
        ledger = try Network.url(settings.required("ledger"))
        options = try Network.options(settings, console)
        let origin = try target.origin.map { text throws(Failure) in try Self.origin(text) }
        // An origin that is named wins over a kit that only the surroundings name.
        let kitName = target.address.trust ?? (origin == nil ? settings["trust"] : nil)
        let kit = try kitName.map { name throws(Failure) in try NamedFile.kit(name) }
        choice = LedgerChoice(kit: kit, origin: origin, memory: try Self.memory(of: admin))
        subjects = ChangeSubjects(ledger: ledger, kit: kitName, key: key)
        dialogue = AdministrationDialogue(console, asks: !change.yes)
        records = change.records
        self.console = console
    }

    /// Runs `body` with a client of the ledger, and makes the change that it returns.
    ///
    /// - Parameter end: runs afterwards, with the same client.
    func make<Change: ControlChange, Ending: Sendable>(
        _ body: (LedgerClient) async throws(AdministrationError) -> Change,
        then end: (Change, LedgerClient) async -> Ending
    ) async throws(Failure) -> (AdministrationOutcome, Ending) {
        do throws(AdministrationError) {
            return try await LedgerClient.with(ledger, options: options) {
                client throws(AdministrationError) in
                let change = try await body(client)
                let outcome = try await Administration(by: admin, at: client, choice, dialogue)
                    .make(change)
                return (outcome, await end(change, client))
            }
        } catch {
            throw Failure(error, subjects)
        }
    }

    /// Makes a change.
    func make(_ change: some ControlChange) async throws(Failure) -> AdministrationOutcome {
        try await make({ _ in change }, then: { _, _ in }).0
    }

    /// Prints the entry of a change and keeps its record, as `NAME-ENTRY.colophon`.
    ///
    /// The entry comes first: it is in the log, whatever becomes of the file.
    func report(
        _ outcome: AdministrationOutcome, as name: String, _ line: String,
        _ members: [(Text, JSON?)] = []
    ) throws(Failure) {
        let path = records == "." ? "" : records.hasSuffix("/") ? records : records + "/"
        let record = outcome.record.map { (path: "\(path)\(name)-\(outcome.entry).colophon", $0) }
        console.print(
            "\(outcome.entry) \(line)",
            outcome.members + [("record", record.map { .string(Text($0.path)) })] + members)
        guard let (path, bytes) = record else { return }
        do throws(FileError) {
            if !records.isEmpty, records != "." { _ = try Folder(making: records, .usual) }
            try AtomicFile.write(bytes, to: path, .create)
            console.note("wrote \(path)")
        } catch {
            // The command was run again, or somebody else's has written the same record.
            guard error.reason != .exists else { return }
            var failure = Failure(writing: error)
            failure.hint = "the change is in the log; --records DIR keeps its record elsewhere"
            throw failure
        }
    }

    /// Reads the name of a ledger that a flag has.
    static func origin(_ text: String) throws(Failure) -> Origin {
        do throws(OriginError) {
            return try Origin(Text(text))
        } catch {
            throw .usage(
                "--origin \(text) is not a ledger's name: \(error)",
                hint: "a host in lower case and a path, without https://: ledger.example/prints")
        }
    }

    private static func memory(of key: SigningKey) throws(Failure) -> LedgerMemory? {
        do throws(LedgerMemoryError) {
            return try LedgerMemory(
                of: key.publicKey, home: ProcessStart.variable("HOME"))
        } catch {
            throw Failure(error)
        }
    }
}

extension AdministrationDialogue {
    /// Tells and asks the person at the console.
    init(_ console: Console, asks: Bool) {
        self.init(
            tell: { console.tell($0) },
            confirm: { _ in asks ? console.confirms("Is that the ledger you mean?") : nil },
            approve: { plan in
                guard let text = PlanText(plan) else { return nil }
                console.explain(text.lines)
                return asks ? console.confirms("Go on?") : nil
            })
    }
}

extension Console {
    /// Tells what happens while a change is made.
    fileprivate func tell(_ notice: AdministrationNotice) {
        switch notice {
        case .alreadySo(let entry):
            note("that is so already, by entry \(entry): nothing was signed")
        case .signing(let ledger): note("signing for \(ledger.identity), at \(ledger.address)")
        case .firstTime(let ledger, let path):
            warn(
                nil,
                "this key signs for this ledger for the first time: \(ledger.identity), at "
                    + "\(ledger.address); it is remembered in \(path)")
        case .remembered(let path):
            // Before the ledger answers: it may refuse the change.
            note("this ledger is remembered in \(path) as one that the key signs for")
        case .notRemembered(let error):
            let failure = Failure(error)
            warn(failure.subject, failure.reason)
        case .contradicts(let found, let contradiction):
            warn("\(found.address)", contradiction.words(found))
        case .noRecord(let entry):
            warn(nil, "the ledger gave no proven record of entry \(entry): none was written")
        case .receiptPending:
            note("it is registered; the ledger's witnesses have not seen it yet")
        }
    }
}

extension AdministrationOutcome {
    /// The members by which programs are told of it.
    var members: [(Text, JSON?)] {
        [
            ("entry", .string(Text("\(entry)"))), ("status", isKnown ? "known" : "registered"),
            ("ledger", .string(Text(ledger.address.description))),
            ("origin", .string(ledger.origin.text)),
            ("genesis", .string(Text("\(ledger.genesis)"))),
        ]
    }
}
