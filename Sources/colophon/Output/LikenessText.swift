import Cards
import Encoding
import Manifests
import Merkle
import Provenance
import Studio

/// What looks like a picture, for people and for programs.
struct LikenessText {
    private let picture: SoughtPicture
    private let found: FoundLikeness
    private let ledger: String
    private let console: Console

    /// The place behind which entries count; nil where all do.
    private let after: LikenessPlace?

    private var name: String { picture.name }

    init(
        of picture: SoughtPicture, behind after: LikenessPlace?, _ found: FoundLikeness,
        at ledger: String, _ console: Console
    ) {
        self.after = after
        self.picture = picture
        self.found = found
        self.ledger = ledger
        self.console = console
    }

    /// Prints what was found, and returns what the command ends with.
    func print() -> ExitStatus {
        if console.json {
            console.print(json: object)
        } else {
            for line in found.entries.flatMap(lines) { console.print(line) }
        }
        guard !found.entries.isEmpty else { return none() }
        if found.hasMore { console.note(more) }
        if !found.coversAll { console.note(partial) }
        if found.erasedCount > 0 {
            console.note(withheld)
        }
        if found.history?.isCut == true {
            console.note(
                "not all entries about these works were read: more may withdraw or correct them; "
                    + "colophon history NAME shows one of them whole")
        }
        console.explain(Columns.wrap("\(LikenessWords.warning)", head: "note: "))
        explainTable()
        return found.entries.contains(where: \.isFalse) ? .no : .yes
    }

    /// The address of the table of what a hash survives; nil where this ledger serves none.
    private var table: String? { found.hasTable ? ledger + LikenessWords.path.string : nil }

    /// Says where that table is; an address stays in one line, to be opened.
    private func explainTable() {
        console.explain(
            table.map { ["note: what a hash survives: \($0)"] }
                ?? Columns.wrap("\(LikenessWords.offline)", head: "note: "))
    }

    /// Says that nothing was found: no more than was looked at.
    private func none() -> ExitStatus {
        guard found.coversAll else {
            console.report(
                Failure(
                    .tryAgain, name, "nothing looks like it \(partial)",
                    hint: "run the same command again in a while"))
            return .tryAgain
        }
        guard found.erasedCount == 0 else {
            console.report(
                Failure(
                    .tryAgain, name,
                    "nothing in \(ledger) can be shown to look like it: \(withheld)",
                    hint: "run the same command again: it may have erased them meanwhile"))
            return .tryAgain
        }
        guard !found.hasMore else {
            console.report(
                Failure(
                    .tryAgain, name,
                    "nothing is shown to look like it: the ledger says that there are entries, "
                        + "and names none",
                    hint: found.next.map { "--after \($0) shows those behind" }
                        ?? "run the same command again: it may have erased them meanwhile"))
            return .tryAgain
        }
        if !console.json, let after {
            console.report(
                .no(
                    name,
                    "nothing behind \(after) in \(ledger) looks like it, by the ledger's word, "
                        + "among \(found.size) entries",
                    hint: "without --after all are shown again"))
        } else if !console.json {
            console.report(
                .no(
                    name,
                    "nothing in \(ledger) looks like it, by the ledger's word, among "
                        + "\(found.size) entries",
                    hint: "a picture that is cropped, or was signed without a hash, is not found"))
        }
        explainTable()
        return .no
    }

    private var withheld: String {
        let entries = found.erasedCount == 1 ? "1 entry" : "\(found.erasedCount) entries"
        return "the ledger names \(entries) whose manifests it gives out no more"
    }

    /// How to see those that are not shown.
    private var more: String {
        guard let next = found.next else {
            return "there are more: --limit, up to 100, shows more; this ledger shows no others"
        }
        return "there are more: --after \(next) shows those behind"
    }

    private var partial: String {
        guard found.covered < found.size else {
            return "among \(found.size) entries; the ledger is still loading what they look like"
        }
        return "among the first \(found.covered) of \(found.size) entries; the ledger has not "
            + "looked at the others yet"
    }

    // MARK: - Text

    private func lines(_ entry: FoundLikeness.Entry) -> [String] {
        let step = entry.step
        var lines = Columns.wrap(
            "looks like entry \(step.index.map { "\($0)" } ?? "?") "
                + "(as near as \(entry.band.rawValue))",
            head: "\(name) ")
        for words in taking(step) { lines += Columns.wrap(words, head: "  ") }
        let bits = PDQHash.bitCount
        var words = "\(entry.distance) of \(bits) bits differ from the hash that its signer states"
        if picture.hasForms, let form = Self.form(entry.orientation) { words += "; \(form)" }
        lines += Columns.wrap(words, head: "  likeness: ")
        lines.append("  warning:  \(LikenessWords.short)")
        if let title = step.facts?.record.title {
            lines += Columns.wrap("\(title)", head: "  title:    ")
        }
        if let event = step.facts?.event {
            lines += Columns.wrap("\(event)", head: "  event:    ")
        }
        lines += Columns.wrap(Self.signer(step), head: "  signer:   ")
        if let time = Self.loggedAt(step) { lines.append("  logged:   by \(Instant(time))") }
        lines.append("  entry:    \(step.entry)")
        if let proof = step.proof {
            lines += Columns.wrap(
                "in the tree of \(proof.inclusion.treeSize) entries, with root \(proof.root)",
                head: "  proven:   ")
        }
        return lines
    }

    /// What an entry takes back, and what takes it back: nobody is to overlook that.
    private func taking(_ step: HistoryStep) -> [String] {
        guard let history = found.history else { return [] }
        let of = history.retractions(of: step.entry).map(\.line)
        let lines = of + history.retractions(by: step.entry)
        return lines.map { $0.sentence.text(in: .english) }
    }

    private static func loggedAt(_ step: HistoryStep) -> UInt64? {
        if case .proven(_, let time) = step.place { time } else { nil }
    }

    private static func signer(_ step: HistoryStep) -> String {
        switch step.signer {
        case .verified(let issuer): "\(issuer)"
        case .withKeyOf(let issuer, let opening):
            "with the key of \(issuer), not judged here: \(opening.words)"
        case .suspect(let issuer, let why): "\(issuer), SUSPECT: \(why)"
        case .unknown(let why): "not known here (\(step.issuer) is named): \(why)"
        case .refuted(let why): "FALSE: \(why)"
        }
    }

    /// How the picture was turned or mirrored to look so; nil where it was not.
    private static func form(_ orientation: Int) -> String? {
        let forms = [
            nil, "turned by 90 degrees against the clock", "turned by 180 degrees",
            "turned by 270 degrees against the clock", "mirrored top to bottom",
            "mirrored left to right", "mirrored along a diagonal",
            "mirrored along the other diagonal",
        ]
        return orientation < forms.count ? forms[orientation] : nil
    }

    // MARK: - JSON

    private var object: JSON.Object { Console.object(picture.members + answer) }

    private var answer: [(Text, JSON?)] {
        [
            ("covered", ProofJSON.number(found.covered)),
            ("entries", ProofJSON.number(found.size)),
            ("coversAll", .bool(found.coversAll)),
            ("warning", .string(LikenessWords.warning)),
            ("table", table.map { .string(Text($0)) }),
            ("hits", .array(found.entries.map { .object(hit($0)) })),
            ("more", .bool(found.hasMore)),
            ("next", found.next.map { .string(Text("\($0)")) }),
            ("erased", .integer(Int64(found.erasedCount))),
            ("cut", .bool(found.history?.isCut ?? false)),
        ]
    }

    private func hit(_ entry: FoundLikeness.Entry) -> JSON.Object {
        let step = entry.step
        return Console.object([
            ("index", step.index.map(ProofJSON.number)),
            ("entry", .string(Text("\(step.entry)"))),
            ("distance", .integer(Int64(entry.distance))),
            ("orientation", .integer(Int64(entry.orientation))),
            ("band", .string(Text(entry.band.rawValue))),
            ("title", step.facts.map { .string($0.record.title) }),
            ("event", step.facts.map { .string($0.event) }),
            ("takesBack", Self.takesBack(step)),
            ("takenBack", found.history.map { takenBack(step, $0) }),
            ("loggedAt", Self.loggedAt(step).map(ProofJSON.number)),
            ("issuer", .string(step.issuer)),
            ("signer", .string(Self.verdict(step))),
            ("leafHash", step.proof.map { .string(Text("\($0.leafHash)")) }),
            ("treeSize", step.proof.map { ProofJSON.number($0.inclusion.treeSize) }),
            (
                "path",
                step.proof.map { .array($0.inclusion.path.map { .string(Text("\($0)")) }) }
            ),
            ("root", step.proof.map { .string(Text("\($0.root)")) }),
        ])
    }

    /// What it withdraws or corrects; nil of every other event.
    private static func takesBack(_ step: HistoryStep) -> JSON? {
        guard step.retraction != nil else { return nil }
        return .array(
            step.parents.map { parent in
                switch parent.name {
                case .entry(let entry): ["entry": .string(Text("\(entry)"))]
                case .file(let digest): ["sha256": .string(Text("\(digest)"))]
                }
            })
    }

    /// What withdraws or corrects it, and whose word that is.
    private func takenBack(_ step: HistoryStep, _ history: WorkHistory) -> JSON {
        .array(
            history.retractions(of: step.entry).map { retraction in
                [
                    "entry": .string(Text("\(retraction.entry)")),
                    "event": retraction.isWithdrawal ? "withdraw" : "correct",
                    "by": .string(Text(retraction.taker.rawValue)),
                ]
            })
    }

    /// The same words as in the JSON of a history.
    private static func verdict(_ step: HistoryStep) -> Text {
        switch step.signer {
        case .verified: "ok"
        case .suspect: "suspect"
        case .unknown, .withKeyOf: "unknown"
        case .refuted: "false"
        }
    }
}

extension FoundLikeness.Entry {
    /// Whether its signature does not hold, or its key may not have signed it.
    fileprivate var isFalse: Bool { if case .refuted = step.signer { true } else { false } }
}
