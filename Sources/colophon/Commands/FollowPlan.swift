import Auditing
import Encoding
import Files
import HTTPService
import Processes
import Settings

/// The options of a monitor, each read and found to be good.
struct FollowPlan {
    let interval: Duration

    /// Seconds after which a head is old, and after which it must be dated; nil where the audit's
    /// own number holds.
    let staleAfter: UInt64?
    let anchorAfter: UInt64?

    let monitor: Monitor.Options
    let program: CommandWords?
    let webhooks: [WebhookURL]
    let operations: ListenAddress?

    /// Bytes of a file of addresses.
    private static let fileBytes = 64 << 10

    /// The longest time after which something may be called old.
    private static let longestPatience: Duration = .seconds(365 * 86_400)

    /// Reads what was given; the failure names the flag.
    init(_ options: FollowOptions) throws(Failure) {
        interval =
            try Self.span(
                options.every, "--every",
                MonitorLimit.shortestInterval...MonitorLimit.longestInterval)
            ?? MonitorLimit.interval
        let patience = Duration.seconds(60)...Self.longestPatience
        staleAfter = try Self.span(options.staleAfter, "--stale-after", patience).map {
            UInt64($0.components.seconds)
        }
        anchorAfter = try Self.span(options.anchorAfter, "--anchor-after", patience).map {
            UInt64($0.components.seconds)
        }
        var monitor = Monitor.Options()
        monitor.fromNow = options.fromNow
        monitor.watches = try Self.watches(options.watch)
        self.monitor = monitor
        program = try options.exec.map { text throws(Failure) in try Self.program(text) }
        webhooks = try Self.webhooks(options)
        operations = try options.opsListen.map { text throws(Failure) in
            guard let address = ListenAddress(text) else {
                throw .usage(
                    "--ops-listen \"\(text)\" is not HOST:PORT",
                    hint: "127.0.0.1:9190 and [::1]:0 are")
            }
            return address
        }
    }

    private static func span(
        _ text: String?, _ flag: String, _ range: ClosedRange<Duration>
    ) throws(Failure) -> Duration? {
        guard let text else { return nil }
        guard let span = TimeSpan(text), range.contains(span.duration) else {
            let (least, most) = (TimeSpan(range.lowerBound), TimeSpan(range.upperBound))
            throw .usage(
                "\(flag) \"\(text)\" is not a time from \(least) to \(most)",
                hint: "90s, 10m and 24h are such times")
        }
        return span.duration
    }

    private static func watches(_ texts: [String]) throws(Failure) -> WatchList {
        var watches: [Watch] = []
        for text in texts {
            do throws(WatchError) {
                watches.append(try Watch(text))
            } catch {
                throw .usage("--watch \"\(text)\" \(error)", hint: error.hint)
            }
        }
        do throws(WatchError) {
            return try WatchList(watches)
        } catch {
            throw .usage("--watch \(error)", hint: error.hint)
        }
    }

    private static func program(_ text: String) throws(Failure) -> CommandWords {
        let command: CommandWords
        do throws(CommandWordsError) {
            command = try CommandWords(text)
        } catch {
            throw .usage(
                "--exec \(error)",
                hint: "give a program and its arguments: --exec '/usr/local/bin/tell ana'")
        }
        let places = command.places(path: ProcessStart.variable("PATH"))
        let name = command.words[0]
        guard let place = places.first(where: NamedPath.mayRun) else {
            throw .usage(
                name.contains("/")
                    ? "--exec: \(name) is no file that you may run"
                    : "--exec: no folder of PATH has a program \(name)",
                hint: "name a program that is there, and that you may run")
        }
        try requireOwn(place)
        return name.contains("/") ? command : command.placed(at: place)
    }

    /// What is run as us must be ours: whoever may change it could do all that we may.
    private static func requireOwn(_ program: String) throws(Failure) {
        do throws(FileError) {
            try Ownership.requireOwn(program: program)
        } catch {
            switch error.reason {
            case .openToOthers:
                throw .usage(
                    "--exec: \(error)",
                    hint: "nobody else may write to a program that is run, or to a folder above "
                        + "it: chmod go-w \(ShellWord.quoted(error.path))")
            case .ownedByAnother:
                throw .usage(
                    "--exec: \(error)",
                    hint: "a program that is run, and each folder above it, is root's or your own")
            default: throw Failure(reading: error)
            }
        }
    }

    // MARK: - Webhooks

    /// Reads the addresses; no part of one is repeated in words, for it may hold a secret.
    private static func webhooks(_ options: FollowOptions) throws(Failure) -> [WebhookURL] {
        var urls: [WebhookURL] = []
        for (index, text) in options.webhook.enumerated() {
            urls.append(try webhook(text, "--webhook \(index + 1)"))
        }
        if let path = options.webhookFile {
            for (line, text) in try lines(of: path) {
                urls.append(try webhook(text, "\(path): line \(line)"))
            }
        }
        guard urls.count <= MonitorLimit.webhooks else {
            throw .usage("there are \(urls.count) webhooks; at most \(MonitorLimit.webhooks)")
        }
        return urls
    }

    private static func webhook(_ text: String, _ place: String) throws(Failure) -> WebhookURL {
        do throws(WebhookURLError) {
            return try WebhookURL(text)
        } catch {
            throw .usage(
                "\(place): the address \(error)", hint: "https://hooks.example/path is one")
        }
    }

    /// The lines of a file that is its owner's alone, with their numbers.
    private static func lines(of path: String) throws(Failure) -> [(Int, String)] {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try InputFile(path)
            try file.requireOwn(isSecret: true)
            bytes = try file.bytes(limit: fileBytes)
        } catch {
            throw Failure(reading: error)
        }
        let lines = PlainText.lines(of: bytes)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            let line = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
            return line.isEmpty || line.hasPrefix("#") ? nil : (index + 1, line)
        }
    }

    // MARK: - Receivers

    /// The names of all that are told, in the order in which they are.
    var receivers: [String] {
        ["stdout"] + (program == nil ? [] : ["exec"])
            + webhooks.indices.map { WebhookReceiver.name($0 + 1) }
    }
}
