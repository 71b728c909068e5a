import ArgumentParser
import Encoding
import IndexMap
import Merkle
import Provenance
import Settings
import Studio

/// Says which entries have a name, by a proof of the ledger's index that is verified here.
struct CompleteCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Say which entries name a work, with a proof that there is no other.",
        discussion: """
            Which entries name a work, or belong to a thread or an issuer, among the first
            of the log, and that there is no other. Of a file only its SHA-256 is sent.

              colophon complete photo.jpg --out photo.complete --trust trust/ \\
                --ledger https://ledger.example/prints
              colophon complete --sub urn:example:drop-7 --trust trust/ \\
                --ledger https://ledger.example/prints
              colophon verify photo.jpg --complete photo.complete --trust trust/

            The ledger gives a proof by its newest index head, and the trust kit verifies
            it: nothing else is printed or written. The entries are fetched with their
            receipts, at most \(CompleteLimit.entries): where each is here the answer is "all", and
            else "at most". Entries that came after the index head are not covered.

            A proof has room for \(Listing.limit) entries. Of a longer list --from N takes those
            from position N on.

              colophon complete --iss https://pops.example/berlin --from 65536 \\
                --ledger https://ledger.example/prints --trust trust/

            --copy DIR asks nobody: the proof is made from a copy of the log, which
            colophon mirror or colophond export keeps, by the index head in it. It is the
            proof that the ledger gives by that head.

              colophon complete photo.jpg --copy mirror/ --trust trust/ \\
                --out photo.complete

            Up to \(Limits.completeNames) names are proven at once, in one file: works, and
            --sha256, --sub and --iss, each as often as you like. A ledger is asked about one.

              colophon complete photo.jpg --sub urn:example:drop-7 --copy mirror/ \\
                --out photo.complete --trust trust/

            That reads the whole copy. With --cache DIR the sorted keys of its entries are
            kept there, 120 bytes an entry: the next look reads few of them, and of a copy
            that has grown only what is new.

              colophon complete --sub urn:example:drop-7 --copy mirror/ \\
                --cache mirror-keys/ --trust trust/

            --sample N looks at N entries of the log, taken by chance: is each listed
            under each of its names? One that is left out convicts the ledger, and what
            shows it is written.

              colophon complete --sample 300 --trust trust/ \\
                --ledger https://ledger.example/prints

            Exit code 0 means that the proof holds, also that there is no such entry; 1
            that it does not hold, and nothing was written, or that an entry is left out;
            3 that the ledger has no index, or cannot tell now.
            """)

    @Argument(help: ArgumentHelp("The work; with --copy also several.", valueName: "file"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "In the file's place, its SHA-256: 64 hexadecimal digits.", valueName: "hex"))
    var sha256: [String] = []

    @Option(help: ArgumentHelp("All entries of this thread.", valueName: "uri"))
    var sub: [String] = []

    @Option(help: ArgumentHelp("All entries of this issuer.", valueName: "uri"))
    var iss: [String] = []

    @OptionGroup var copied: CopyOptions

    @Option(help: ArgumentHelp("Where the proof goes.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Of a long list, the first position that is wanted, from 0.", valueName: "n"))
    var from: UInt64?

    @Flag(help: "Fetch no entries: the answer is \"at most\".")
    var withoutEntries = false

    @Option(
        help: ArgumentHelp(
            "Look at so many entries by chance, 1 to \(CompleteLimit.sample).", valueName: "n"))
    var sample: Int?

    @OptionGroup var connection: LedgerConnection

    @OptionGroup var judge: KitOptions

    @OptionGroup var common: CommonOptions

    /// What one proof has room for.
    private enum Listing {
        static let limit = IndexProof.maximumPages * IndexPage.maximumCount
    }

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        try judge.check()
        try copied.check(connection)
        if let sample { return try await look(at: sample, console) }
        // No list is as long, and a ledger takes no larger number.
        if let from, from > UInt64(Int64.max) {
            throw .usage(
                "--from \(from) is behind the end of every list",
                hint: "positions are counted from 0")
        }
        let names = try names(console)
        let settings = try await judge.settings(common, connection)
        let (named, kit) = try judge.read(settings)
        let (found, required): ([FetchedComplete], Level)
        if let copy = copied.copy {
            found = try await read(names.map(\.name), in: copy, named, kit, console)
            required = judge.require ?? Verifier(kit).defaultLevel
        } else {
            let (one, level) = try await ask(about: names[0].name, settings, named, kit, console)
            (found, required) = ([one], level)
        }
        var judged: [(text: CompleteAnswerText, holds: Bool)] = []
        for (name, answer) in zip(names, found) {
            let holds = try holds(answer, of: names.count > 1 ? name.words : nil, at: required)
            let text = CompleteAnswerText(
                answer, named: name.words, holds: holds, inPart: from != nil, console)
            judged.append((text, holds))
        }
        let holds = judged.allSatisfy(\.holds)
        if holds, let out { _ = try NewOrSame.write(found[0].bytes, to: out) }
        for (text, _) in judged { text.print(out: holds ? out : nil) }
        if holds {
            CompleteAnswerText.tell(out: out, isRecomputed: copied.copy != nil, console)
        } else if let out, judged.contains(where: \.holds) {
            console.note("\(out) is not written: not all of it is proven")
        }
        return holds ? .yes : .no
    }

    /// Asks the ledger.
    private func ask(
        about name: IndexName, _ settings: Settings, _ named: NamedKit, _ kit: TrustKit,
        _ console: Console
    ) async throws(Failure) -> (FetchedComplete, Level) {
        // Who has seen the index head decides, and not who has seen the newest head.
        let desk = try LogDesk(
            asking: settings, kit: named, kit, requiringQuorum: false, console)
        let (outcome, required) = try await desk.with { log throws(ProvingError) in
            let reader = CompleteReader(log, by: kit)
            let outcome = try await reader.read(
                name, from: from ?? 0, of: name.kind == .artifact ? Hash(name.value) : nil,
                showing: !withoutEntries)
            return (outcome, judge.require ?? reader.defaultLevel)
        }
        let found = try Self.fetched(outcome, at: desk)
        if let entry = found.leftOut {
            throw OmissionText.failure(entry, at: OmissionPlace(of: desk))
        }
        return (found, required)
    }

    /// Makes the proof from a copy.
    private func read(
        _ names: [IndexName], in copy: String, _ named: NamedKit, _ kit: TrustKit,
        _ console: Console
    ) async throws(Failure) -> [FetchedComplete] {
        let desk = try LogDesk(copy: copy, kit: named, kit, console)
        let reading = CopiedIndexReading(kit: kit, cache: copied.cache)
        let (start, shown) = (from ?? 0, withoutEntries ? 0 : CompleteLimit.entries)
        return try await StopSignal.during(trying: { () async throws(Failure) in
            try await reading.read(names, from: start, showing: shown, at: desk, console)
        })
    }

    private static func fetched(
        _ outcome: CompleteReader.Outcome, at desk: LogDesk
    ) throws(Failure) -> FetchedComplete {
        switch outcome {
        case .fetched(let found): return found
        case .unread(let index, let reason): throw .unread(index, reason, desk.place)
        case .notYet: throw .indexHeadFollows(desk.place)
        case .noIndex(let hasHeads): throw .withoutProofs(desk.place, hasHeads: hasHeads)
        }
    }

    /// Whether all that was asked for of a name is proven; refuses what one proof has no room for,
    /// and a position behind the end.
    ///
    /// - Parameter name: how the name was named; nil where it is the only one.
    private func holds(
        _ found: FetchedComplete, of name: String?, at required: Level
    ) throws(Failure) -> Bool {
        guard let answer = found.answer, let count = answer.count else { return false }
        if let from, from > 0, from >= count {
            throw .usage(
                "--from \(from) is behind the end: the ledger lists \(Self.entries(count))",
                hint: "positions are counted from 0")
        }
        guard answer.verdict == .notChecked else {
            return found.completeness.holds(at: required)
        }
        guard from != nil else {
            throw Failure(
                .usage, name,
                "the ledger lists \(count) entries, and a proof has room for \(Listing.limit)",
                hint: name == nil
                    ? "--from 0 takes the first of them, --from \(Listing.limit) those behind"
                    : "ask about it alone: --from 0 takes the first of them")
        }
        return found.completeness.holds(at: required, inPart: true)
    }

    private static func entries(_ count: UInt64) -> String {
        switch count {
        case 0: "none"
        case 1: "1 entry"
        default: "\(count) entries"
        }
    }

    /// The names that are asked about, each as it was named.
    private func names(_ console: Console) throws(Failure) -> [(name: IndexName, words: String)] {
        let count = files.count + sha256.count + sub.count + iss.count
        guard count > 0, copied.copy != nil || count == 1 else {
            throw .usage(
                "a file, --sha256, --sub, --iss or --sample is to be named, and one of them only",
                hint: count == 0
                    ? "colophon complete photo.jpg --out photo.complete"
                    : "--copy DIR proves up to \(Limits.completeNames) names at once")
        }
        guard count <= Limits.completeNames else {
            throw .usage(
                "\(count) names are given, and one proof has room for \(Limits.completeNames)",
                hint: "ask about the others by another command; --cache DIR spares the reading")
        }
        guard count == 1 || from == nil else {
            throw .usage("--from N is about one list, and \(count) names are given")
        }
        var names: [(name: IndexName, words: String)] = []
        for file in files {
            names.append((.artifact(try AskedWork.digest(of: file, console)), file))
        }
        for word in sha256 {
            guard let digest = Hex.decode(word).flatMap({ Hash($0) }) else {
                throw .usage("--sha256 is not 64 lower-case hexadecimal digits")
            }
            names.append((.artifact(digest), word))
        }
        for uri in sub { names.append((try Self.name("--sub", uri, IndexName.sub), uri)) }
        for uri in iss { names.append((try Self.name("--iss", uri, IndexName.iss), uri)) }
        for (place, one) in names.enumerated()
        where names[..<place].contains(where: { $0.name == one.name }) {
            throw .usage("\(one.words) is what another name is, too: name it once")
        }
        return names
    }

    private static func name(
        _ flag: String, _ value: String, _ read: (Text) throws(IndexNameError) -> IndexName
    ) throws(Failure) -> IndexName {
        do throws(IndexNameError) {
            return try read(Text(value))
        } catch {
            throw .usage("\(flag): \(error)")
        }
    }

    // MARK: - Looking by chance

    private func look(at count: Int, _ console: Console) async throws(Failure) -> ExitStatus {
        guard [files, sha256, sub, iss].allSatisfy(\.isEmpty), out == nil, from == nil,
            !withoutEntries
        else {
            throw .usage("--sample is about the whole log: no name, --out or --from goes with it")
        }
        guard copied.copy == nil else {
            throw .usage(
                "--sample looks at the index of a ledger: a copy proves by all of its own entries",
                hint: "colophon audit --from DIR looks at every entry of a copy")
        }
        guard (1...CompleteLimit.sample).contains(count) else {
            throw .usage("--sample is 1 to \(CompleteLimit.sample)")
        }
        let settings = try await judge.settings(common, connection)
        let (named, kit) = try judge.read(settings)
        let desk = try LogDesk(
            asking: settings, kit: named, kit, requiringQuorum: false, console)
        let progress = ProgressLine(console)
        let outcome = try await desk.with { log throws(ProvingError) in
            var random = SystemRandomNumberGenerator()
            let outcome = try await SpotCheck(log, by: kit, requiring: judge.require).look(
                at: count, using: &random
            ) { done, total in
                progress.report("looking at entries", things: done, of: total)
            }
            progress.clear()
            return outcome
        }
        let seen: SpotCheck.Result
        switch outcome {
        case .looked(let result): seen = result
        case .unproven(let words):
            throw .no(desk.place, "nothing is proven of its index: \(words)")
        case .below(let level):
            throw .no(
                desk.place,
                "nothing is proven of its index: its head has reached \"\(level.rawValue)\" only",
                hint: level < .logged
                    ? nil
                    : "--require logged takes the log's own word, where witnesses are missing")
        case .unread(let index, let reason):
            throw .unread(index, reason, desk.place)
        case .notYet: throw .indexHeadFollows(desk.place)
        case .noIndex(let hasHeads): throw .withoutProofs(desk.place, hasHeads: hasHeads)
        }
        if let entry = seen.leftOut {
            throw OmissionText.failure(entry, at: OmissionPlace(of: desk))
        }
        SpotCheckText(seen, at: desk.place, console).print()
        return .yes
    }
}

extension Failure {
    /// Why there is no proof of completeness yet.
    fileprivate static func indexHeadFollows(_ place: String) -> Failure {
        Failure(
            .tryAgain, place, "no head that it serves covers its newest index head yet",
            hint: "run the same command again in a minute")
    }

    /// Why it is not known which names an entry has.
    fileprivate static func unread(_ index: UInt64, _ reason: String, _ place: String) -> Failure {
        Failure(
            .tryAgain, place, "entry \(index) is none that is read here: \(reason)",
            hint: "a newer version of this program may read it")
    }

    /// Why there is no proof of completeness.
    fileprivate static func withoutProofs(_ place: String, hasHeads: Bool) -> Failure {
        guard hasHeads else {
            return Failure(
                .tryAgain, place, "has no index, or has made no index head yet",
                hint: "ask its operator: colophond serve --index on")
        }
        return Failure(
            .tryAgain, place, "has index heads, and gives no proofs by them now",
            hint: "colophon mirror keeps a copy, and complete --copy makes the proof of it")
    }
}
