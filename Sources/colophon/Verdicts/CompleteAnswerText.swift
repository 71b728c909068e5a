import Encoding
import Provenance
import Studio

/// What a ledger's proof of completeness shows of a name, for people and for programs.
struct CompleteAnswerText {
    /// Entries whose names are printed; programs get all.
    private static let nameLimit = 20

    private let found: FetchedComplete
    private let name: String
    private let holds: Bool
    private let inPart: Bool
    private let console: Console

    /// - Parameters:
    ///   - name: how what was asked about was named.
    ///   - holds: whether all that was asked for of it is proven.
    ///   - inPart: whether some positions of a list are all that was asked for.
    init(
        _ found: FetchedComplete, named name: String, holds: Bool, inPart: Bool,
        _ console: Console
    ) {
        (self.found, self.name) = (found, name)
        (self.holds, self.inPart, self.console) = (holds, inPart, console)
    }

    /// Prints the answer first, then the entries that are shown.
    ///
    /// - Parameter out: the file that was written; nil where none was.
    func print(out: String?) {
        let text = CompleteText(found.completeness)
        guard !console.json else { return console.print(json: object(text, out: out)) }
        text.print(named: name, holds: holds, inPart: inPart, to: console)
        guard holds, !console.quiet else { return }
        let shown = shownEntries
        for entry in shown.prefix(Self.nameLimit) {
            console.print("  entry \(entry.index): \(entry.entry)")
        }
        if shown.count > Self.nameLimit {
            console.note("\(shown.count - Self.nameLimit) more entries: --json names them")
        }
    }

    /// Says where the proof is, once all answers are printed.
    ///
    /// - Parameter isRecomputed: whether the map was computed here, from a copy; a proof itself
    ///   cannot tell.
    static func tell(out: String?, isRecomputed: Bool, _ console: Console) {
        guard !console.json, !console.quiet else { return }
        if isRecomputed {
            console.note("the map of the index head was computed here, too, from the copy")
        }
        if let out {
            console.note("the proof is in \(out)")
        } else {
            console.note("--out FILE keeps the proof, for verify --complete")
        }
    }

    /// The entries that were fetched, are listed, and have the name.
    private var shownEntries: [FetchedComplete.Entry] {
        let shown = Set(found.answer?.shown ?? [])
        return found.entries.filter { shown.contains($0.index) }
    }

    private func object(_ text: CompleteText, out: String?) -> JSON.Object {
        var object = text.json(named: name, holds: holds)
        object["out"] = out.map { .string(Text($0)) } ?? .null
        object["entries"] = .array(
            shownEntries.map { entry in
                [
                    "index": .integer(Int64(clamping: entry.index)),
                    "entry": .string(Text("\(entry.entry)")),
                ]
            })
        return object
    }
}
