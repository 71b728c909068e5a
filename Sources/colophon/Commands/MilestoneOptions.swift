import ArgumentParser
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Provenance
import Settings
import Studio

/// A milestone, the slice that it is about, and the ledger that is asked about it.
struct MilestoneOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The milestone's URI.", valueName: "uri"))
    var milestone: String

    @Option(
        help: ArgumentHelp(
            "The slice: a PoP's issuer; default the issuer of --spool, else your own.",
            valueName: "uri"))
    var pop: String?

    @Option(
        help: ArgumentHelp(
            "The spool whose ledger, trust kit and deciders are meant.", valueName: "dir"))
    var spool: String?

    @OptionGroup var connection: LedgerConnection

    @Option(help: ArgumentHelp("The trust kit (COLOPHON_TRUST).", valueName: "kit"))
    var trust: String?

    @Option(
        help: ArgumentHelp(
            "An issuer, beside the PoP, whose statements count; the setting is deciders.",
            valueName: "uri"))
    var decider: [String] = []
}

/// Whose word is enough that no statement is left out of what a ledger lists.
struct ListOptions: ParsableArguments {
    @Flag(
        help: """
            Take the ledger's word that its list leaves no statement out. Without this it must be \
            proven: by an index head, and by reading the entries that none covers.
            """)
    var acceptClaimed = false

    var trust: ListTrust { acceptClaimed ? .word : .proof }
}

/// What the options and the settings come to.
struct MilestoneTarget {
    let milestone: Text
    let slice: Text

    /// Whose statements count.
    let issuers: Set<Text>

    /// What the spool is for; nil where no spool is named.
    let spool: Spool.Settings?

    let ledger: ServiceURL
    let kit: NamedKit

    /// The hours in which a postmortem is waited for.
    let hours: BusinessHours

    let options: CallOptions

    /// Finds out which milestone and which ledger are meant: flags come before the spool, and that
    /// before environment and configuration.
    init(
        _ named: MilestoneOptions, _ settings: Settings, _ console: Console
    ) throws(Failure) {
        spool = try named.spool.map { path throws(Failure) in
            do throws(SpoolError) {
                return try Spool(path, for: .reading).settings
            } catch {
                throw Failure(error)
            }
        }
        milestone = try Self.uri(named.milestone, "--milestone")
        slice = try Self.slice(named, spool, settings)
        let deciders =
            named.decider.isEmpty
            ? (spool?.deciders ?? []) + settings.list("deciders").map { Text($0) }
            : named.decider.map { Text($0) }
        for decider in deciders { _ = try Self.uri(decider.string, "decider") }
        issuers = Set([slice] + deciders)
        hours = try Self.hours(spool, settings)
        let address = named.connection.ledger ?? spool?.ledger
        let kitPath = named.trust ?? spool?.trust
        if let address {
            ledger = try Network.url(address)
        } else {
            ledger = try Network.url(settings.required("ledger"))
        }
        if let kitPath {
            kit = try NamedFile.namedKit(kitPath)
        } else {
            kit = try NamedFile.namedKit(settings.requiredKit())
        }
        options = try Network.options(settings, for: ledger, console)
    }

    static func uri(_ text: String, _ name: String) throws(Failure) -> Text {
        do throws(Refusal) {
            try IdentifierURI.check(Text(text), field: name, needsScheme: true)
        } catch {
            throw .usage("\(error)", hint: "such as https://pops.example/berlin")
        }
        return Text(text)
    }

    private static func slice(
        _ named: MilestoneOptions, _ spool: Spool.Settings?, _ settings: Settings
    ) throws(Failure) -> Text {
        if let pop = named.pop { return try uri(pop, "--pop") }
        if let issuer = spool?.issuer { return issuer }
        guard let issuer = settings["issuer"] else {
            throw .usage(
                "--pop is missing", hint: "name the PoP: --pop https://pops.example/berlin")
        }
        return try uri(issuer, "issuer")
    }

    static func hours(
        _ spool: Spool.Settings?, _ settings: Settings
    ) throws(Failure) -> BusinessHours {
        guard let text = spool?.businessHours?.string ?? settings["business-hours"] else {
            return .usual
        }
        guard let hours = BusinessHours(text) else {
            throw .usage(
                "business-hours: \"\(text)\" has not the form of hours",
                hint: "days and times in UTC, such as \"Mon-Fri 09:00-17:00\"")
        }
        return hours
    }

    /// Looks at the ledger, and gives what is registered about the milestone to `body`.
    ///
    /// Whatever goes wrong says nothing about the milestone: the exit code is that of "not now".
    ///
    /// - Parameters:
    ///   - maxAge: how old the newest head may be; nil where nothing is decided by it.
    ///   - trust: whether it must be proven that no statement is left out.
    func look<Value: Sendable>(
        maxAge: Duration?, trusting trust: ListTrust,
        _ body: (FreshLedger, MilestoneHistory) async throws(RegisteredError) -> Value
    ) async throws(Failure) -> Value {
        do throws(RegisteredError) {
            return try await LedgerClient.with(ledger, options: options) {
                client throws(RegisteredError) in
                let fresh = try await FreshLedger(by: kit.files, at: client, maxAge: maxAge)
                let registered = try await RegisteredStatements(
                    about: milestone, of: MilestoneHistory.types, by: issuers, in: fresh,
                    trusting: trust)
                return try await body(fresh, MilestoneHistory(of: slice, in: registered))
            }
        } catch {
            throw failure(error)
        }
    }

    /// Why nothing can be told; what shows that the ledger's index leaves an entry out is kept
    /// first.
    private func failure(_ error: RegisteredError) -> Failure {
        guard case .falseProof(_, let entry?) = error else {
            return Failure(error, at: ledger, by: kit)
        }
        var failure = OmissionText.failure(entry, at: OmissionPlace(beside: kit, of: ledger))
        failure.status = .tryAgain
        return failure
    }
}

extension Failure {
    /// Why nothing can be told of what a ledger has registered: "not now", whatever it was, so that
    /// nobody takes it for a no.
    init(_ error: RegisteredError, at ledger: ServiceURL, by kit: NamedKit) {
        switch error {
        case .kit(.ledger(let error)), .ledger(let error): self.init(error, "\(ledger)")
        case .kit(.refused(let error, let served)):
            self = TrustUpdate.refusal(error, served, of: kit, at: ledger)
        case .stale:
            self.init(
                .tryAgain, "\(ledger)", "\(error)",
                hint: "look at the clocks; register something, or give --max-age 1h")
        case .notShown:
            self.init(
                .tryAgain, "\(ledger)", "\(error)",
                hint: "ask again in a minute; --accept-claimed takes the ledger's word")
        default: self.init(.tryAgain, "\(ledger)", "\(error)")
        }
        status = .tryAgain
    }
}

extension WaitingTime {
    /// Reads a length of time that is no wait.
    static func span(_ argument: String) throws -> WaitingTime {
        guard let time = WaitingTime(argument: argument) else {
            throw ValidationError("it is 1s to 24h, in seconds, minutes or hours: 90s, 10m, 2h")
        }
        return time
    }
}
