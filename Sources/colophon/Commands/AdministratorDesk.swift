import ArgumentParser
import Checkpoints
import Encoding
import Files
import HTTPCalls
import LedgerClient
import Settings
import Studio

/// Which ledger an administrator means, and where it answers.
struct LedgerTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger's address (COLOPHON_LEDGER).", valueName: "url"))
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "The trust kit of the ledger that is meant (COLOPHON_TRUST).", valueName: "dir"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            """
            The origin of the ledger that is meant. Without this and without a kit it is the one \
            that --admin has signed for there; the first time, you are asked.
            """, valueName: "origin"))
    var origin: String?

    @OptionGroup var passphrase: PassphraseOptions
}

/// All that a command needs to change a ledger as its administrator.
struct AdministratorDesk {
    private let admin: SigningKey
    private let ledger: ServiceURL
    private let options: CallOptions
    private let choice: LedgerChoice
    private let dialogue: AdministrationDialogue
    private var subjects: ChangeSubjects

    /// Reads key, settings and what vouches for the ledger.
    ///
    /// - Parameters:
    ///   - path: the file of the administrator's key.
    ///   - key: the file of the key that the change is about.
    init(
        admin path: String, _ target: LedgerTarget, key: String? = nil, _ common: CommonOptions,
        _ console: Console
    ) async throws(Failure) {
        let settings = try await common.settings(["ledger": target.ledger, "trust": target.trust])
        admin = try NamedFile.privateKey(
            path, PassphraseSource(target.passphrase, settings, console), console)
        ledger = try Network.url(settings.required("ledger"))
        options = try Network.options(settings, console)
        let origin = try target.origin.map { text throws(Failure) in try Self.origin(text) }
        // An origin that is named wins over a kit that only the surroundings name.
        let kitName = target.trust ?? (origin == nil ? settings["trust"] : nil)
        let kit = try kitName.map { name throws(Failure) in try NamedFile.kit(name) }
        choice = LedgerChoice(kit: kit, origin: origin, memory: try Self.memory(of: admin))
        subjects = ChangeSubjects(ledger: ledger, kit: kitName, key: key)
        dialogue = AdministrationDialogue(console)
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

    private static func origin(_ text: String) throws(Failure) -> Origin {
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
    init(_ console: Console) {
        self.init(
            tell: { console.tell($0) },
            confirm: { _ in console.confirms("Is that the ledger you mean?") })
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
        case .remembered(let path): note("that is remembered in \(path)")
        case .notRemembered(let error):
            let failure = Failure(error)
            warn(failure.subject, failure.reason)
        case .contradicts(let found, let contradiction):
            warn("\(found.address)", contradiction.words(found))
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
