import ArgumentParser
import Encoding
import Files
import Settings
import Studio

/// Signs what is dropped into a folder, into a spool.
struct SpoolWatch: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Sign what a camera or a scanner drops into a folder.",
        discussion: """
              colophon spool watch outbox --folder /srv/camera --template shoot.json

            Each file in the folder, and in those below, that has no record gets one: in
            the spool, and as FILE.colophon beside it where that can be written. A file is
            signed once it is closed and nothing has changed for the settle time. No bytes
            are signed twice, also where they come again under another name, or after a
            crash. What is skipped is told with the reason. Names that begin with "." or
            end in .tmp, .part and so on wait until they are renamed.

            The template says what is said of each file, in JSON:

              {"creator": "Ana Example", "title": "Estuary, {name}", "lang": "en",
               "record": "Low water, from the east bank.", "event": "capture"}

            {name} is the file's name without its ending. Numbered copies, by their names:

              {"creator": "Ana Example", "title": "Estuary {serial}", "event": "issue",
               "drop": "https://drops.example/estuary", "total": 50,
               "serial": "estuary-{serial}"}

            Goes on until SIGTERM or Ctrl-C, and ends after the file that it reads. With
            --once it ends when all that is there is signed or skipped.
            """)

    @Argument(help: ArgumentHelp("The spool.", valueName: "dir"))
    var spool: String

    @Option(help: ArgumentHelp("The folder that files are dropped into.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("What is said of each file, in JSON.", valueName: "file"))
    var template: String?

    @Flag(help: "End when all that is there is signed or skipped.")
    var once = false

    @Flag(help: "Do not compute and sign what pictures look like.")
    var noPerceptualHash = false

    @Option(
        help: ArgumentHelp(
            "For how long a file must not change, 500ms to 10m; default 2s.",
            valueName: "time"), transform: SettleTime.read)
    var settle = SettleTime.usual

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var common: CommonOptions

    /// How often the system's notices are fetched: soon enough for who watches, and no load.
    private static let pause: Duration = .milliseconds(200)

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        let settings = try await common.settings()
        let desk = try SpoolDesk(
            spool, nil, PassphraseSource(passphrase, settings, console), console)
        let report = WatchReport(of: desk, folder: folder, console)
        let template = try template(settings, issuer: desk.signer.issuer, console)
        let (trapped, ready) = AsyncStream.makeStream(of: Void.self)
        let work = Task { () async -> Result<Void, HotFolderError> in
            // Whoever is told that the folder is watched may end it politely.
            for await _ in trapped {}
            do throws(HotFolderError) {
                try await watch(desk, template, report, console)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        let stop = Task {
            await StopSignal.wait(ready: { ready.finish() }) { work.cancel() }
        }
        let result = await work.value
        stop.cancel()
        return report.end(result)
    }

    private func watch(
        _ desk: SpoolDesk, _ template: WatchTemplate, _ report: WatchReport, _ console: Console
    ) async throws(HotFolderError) {
        var hot = try HotFolder(
            folder, into: desk.spool, desk.signer, template, settle: settle.duration,
            notices: notices(console), decoder: noPerceptualHash ? nil : .ours
        ) { report.take($0) }
        while !Task.isCancelled {
            try hot.step(at: .now)
            if once, hot.isIdle { return }
            // Cancelled, it returns at once.
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func notices(_ console: Console) -> any NoticeSource {
        do throws(FileError) {
            return try SystemNotices()
        } catch {
            console.note("the system tells nothing of folders (\(error.words)): they are looked at")
            return NoNotices()
        }
    }

    private func template(
        _ settings: Settings, issuer: Text, _ console: Console
    ) throws(Failure) -> WatchTemplate {
        let object = try template.map { path throws(Failure) in
            try NamedFile.object(path, limit: FileLimit.predicate)
        }
        do throws(WatchTemplateError) {
            var template = WatchTemplate.plain
            if let object { template = try WatchTemplate(object) }
            template.usualCreator = settings["creator"].map { Text($0) }
            try template.check(issuer: issuer)
            ActionNames.warn(template.actions, self.template, console)
            return template
        } catch {
            throw Failure(error, template: self.template)
        }
    }
}

/// For how long a file must not change before it is signed.
struct SettleTime {
    let duration: Duration

    /// A camera that writes over a slow cable pauses for less.
    static let usual = SettleTime(duration: .seconds(2))

    private static let range: ClosedRange<Duration> = .milliseconds(500) ... .seconds(600)

    /// Reads an argument, and says what is one where it is none.
    static func read(_ argument: String) throws -> SettleTime {
        guard let span = TimeSpan(argument), range.contains(span.duration) else {
            throw ValidationError("it is 500ms to 10m: 2s, 30s")
        }
        return SettleTime(duration: span.duration)
    }
}

extension Failure {
    /// Why no file could be signed by a template.
    init(_ error: WatchTemplateError, template path: String?) {
        if case .refused(.notSigned(.creatorMissing)) = error {
            self = .usage(
                "no creator is named",
                hint: "write \"creator\" into the file of --template, or set COLOPHON_CREATOR")
            return
        }
        self.init(
            .usage, path, "\(error)", hint: "colophon spool watch --help shows a template")
    }

    /// Why a hot folder is not watched, or not watched any more.
    init(_ error: HotFolderError, watching folder: String) {
        switch error {
        case .folder(let error):
            self.init(reading: error)
        case .replaced(let path):
            self.init(
                .tryAgain, path, "is another folder now, or none: a medium was taken out",
                hint: "run the same command again when it is back")
        case .overlaps(let path, let spool):
            self = .usage(
                "\(path) and the spool \(spool) lie in each other",
                hint: "name a folder beside the spool")
        case .spool(let error): self.init(error)
        case .inUse(let spool):
            self.init(
                .tryAgain, spool, "another watch signs into this spool",
                hint: "one spool has one watch: stop that one, or make another spool")
        case .memory(let error): self.init(writing: error)
        case .damagedMemory(let path):
            self = .unreadable(
                path, "is damaged",
                hint: "remove it: it is made anew; what was pruned may be signed again")
        }
    }
}
