import ArgumentParser
import Encoding
import Manifests
import Studio

/// Adds, retires and revokes keys of a ledger.
struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, add, retire or revoke the keys of a ledger.",
        discussion: """
            Each change is a statement that an administrator signs and the ledger logs:
            anyone can replay who was allowed to sign what, and since which entry. The
            ledger is the one that --origin or --trust names, else the one that the
            administrator's key has signed for at this address before.

              colophon key add --admin admin.pem --key berlin.pub.pem \\
                --issuer https://pops.example/berlin --ledger https://ledger.example/prints
            """,
        subcommands: [List.self, Add.self, Retire.self, Revoke.self])

    /// The flags of all three commands.
    struct Options: ParsableArguments {
        @Option(help: ArgumentHelp("The administrator's private key.", valueName: "pem"))
        var admin: String

        @Option(help: ArgumentHelp("The public key that this is about.", valueName: "pem"))
        var key: String

        @OptionGroup var target: LedgerTarget

        @OptionGroup var change: ChangeOptions

        @Option(help: ArgumentHelp("The reason, for readers of the log.", valueName: "text"))
        var reason = ""
    }

    /// The times between which a key may sign.
    struct Window: ParsableArguments {
        @Option(help: ArgumentHelp("The first second, YYYY-MM-DDThh:mm:ssZ.", valueName: "time"))
        var notBefore: String?

        @Option(help: ArgumentHelp("The last second, YYYY-MM-DDThh:mm:ssZ.", valueName: "time"))
        var notAfter: String?
    }

    struct Add: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a key sign for an issuer.",
            discussion: """
                  colophon key add --admin admin.pem --key berlin.pub.pem \\
                    --issuer https://pops.example/berlin --ledger https://ledger.example/prints
                  colophon key add --admin admin.pem --key build.pub.pem --role ci \\
                    --issuer https://ci.example/builds --ledger https://ledger.example/prints

                The first time the administrator's key signs for a ledger, --trust KIT makes
                sure which one it is; later it is known:

                  colophon key add --admin admin.pem --key berlin.pub.pem --trust trust/ \\
                    --issuer https://pops.example/berlin --ledger https://ledger.example/prints

                A key keeps its issuer and its roles for ever. What it signed before it was
                added is admitted too, unless --not-before says otherwise: records may be
                signed first, and the key added later.
                """)

        @OptionGroup var options: Options

        @Option(help: ArgumentHelp("The URI that the key signs for.", valueName: "uri"))
        var issuer: String

        @Option(help: "What the key may sign: pop, ci or admin; may be repeated.")
        var role: [KeyRole] = []

        @OptionGroup var window: Window
        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let roles = role.isEmpty ? [KeyRole.pop] : role
            return try await options.perform(.add, window, console, common) { change in
                change.issuer = Text(issuer)
                change.roles = Set(roles.map(\.role))
            }
        }
    }

    struct Retire: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a key drain: admit only what it has signed already.",
            discussion: """
                  colophon key retire --admin admin.pem --key berlin.pub.pem \\
                    --signed-until 2026-11-22T18:00:00Z --ledger https://ledger.example/prints

                What the key signed up to then is still admitted, however late it arrives.
                """)

        @OptionGroup var options: Options

        @Option(
            help: ArgumentHelp(
                "The last second of signing; default now.", valueName: "time"))
        var signedUntil: String?

        @OptionGroup var window: Window
        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            try await options.perform(.retire, window, console, common) {
                change throws(Failure) in
                change.signedUntil = try Key.time(signedUntil, "--signed-until")
            }
        }
    }

    struct Revoke: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Admit nothing more of a key, for ever.",
            discussion: """
                  colophon key revoke --admin admin.pem --key berlin.pub.pem \\
                    --suspect-from 18200 --reason "laptop stolen" \\
                    --ledger https://ledger.example/prints

                With --suspect-from the key's entries from that tree size on are suspect: they
                stay in the log, and verify refuses them. --suspect-since asks the ledger for
                the size that it had at that time.

                Revoke at once, and say the size when it is known: the same command again may
                set it or lower it, and changes nothing else.

                  colophon key revoke --admin admin.pem --key berlin.pub.pem \\
                    --suspect-since 2026-11-21T22:00:00Z \\
                    --ledger https://ledger.example/prints

                On a terminal it shows what it will do, and asks; --yes asks nothing.
                """)

        @OptionGroup var options: Options

        @Option(
            help: ArgumentHelp(
                "The tree size from which the key's entries are suspect.", valueName: "size"))
        var suspectFrom: UInt64?

        @Option(
            help: ArgumentHelp(
                "The time from which they are: the ledger is asked for the size.",
                valueName: "time"))
        var suspectSince: String?

        @OptionGroup var window: Window
        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            guard suspectFrom == nil || suspectSince == nil else {
                throw .usage("--suspect-from and --suspect-since exclude each other")
            }
            let since = try Key.time(suspectSince, "--suspect-since")
            return try await options.perform(
                .revoke, window, console, common, suspectSince: since.map { UInt64(max(0, $0)) }
            ) { change in
                change.suspectFrom = suspectFrom
            }
        }
    }
}

extension Key {
    /// Reads a time with whole seconds, as the flags have it.
    fileprivate static func time(_ text: String?, _ flag: String) throws(Failure) -> Int64? {
        guard let text else { return nil }
        guard let time = Timestamp(Text(text)), time.nanoseconds == 0 else {
            throw .usage("\(flag) \(text) is not a time like 2026-11-22T18:00:00Z")
        }
        return time.seconds
    }
}

extension Key.Options {
    /// Has a change of the key logged, and prints the entry.
    ///
    /// - Parameter fill: says what the flags of one operation say.
    fileprivate func perform(
        _ operation: KeyManifest.Operation, _ window: Key.Window, _ console: Console,
        _ common: CommonOptions, suspectSince: UInt64? = nil,
        _ fill: (inout KeyChange) throws(Failure) -> Void
    ) async throws(Failure) -> ExitStatus {
        var change = KeyChange(operation, of: try NamedFile.publicKey(key))
        let desk = try await AdministratorDesk(
            admin: admin, target, self.change, key: key, common, console)
        change.notBefore = try Key.time(window.notBefore, "--not-before")
        change.notAfter = try Key.time(window.notAfter, "--not-after")
        change.reason = Text(reason)
        try fill(&change)
        let wanted = change
        let (outcome, suspectFrom) = try await desk.make { client throws(AdministrationError) in
            var change = wanted
            if let suspectSince { try await change.setSuspect(since: suspectSince, client) }
            return change
        } then: { change, _ in
            change.suspectFrom
        }
        if let suspectFrom { console.note("its entries from \(suspectFrom) on are suspect") }
        let kid = Base64.encodeURL(change.key.thumbprint)
        try desk.report(
            outcome, as: "key-\(operation.rawValue)", "\(operation.rawValue) \(kid)",
            [
                ("operation", .string(Text(operation.rawValue))), ("kid", .string(Text(kid))),
                ("suspectFrom", suspectFrom.map { .integer(Int64(clamping: $0)) }),
            ])
        return .yes
    }
}

/// The roles that a `key` statement can give.
enum KeyRole: String, ExpressibleByArgument, CaseIterable {
    case pop
    case ci
    case admin

    var role: Role {
        switch self {
        case .pop: .pop
        case .ci: .ci
        case .admin: .admin
        }
    }
}
