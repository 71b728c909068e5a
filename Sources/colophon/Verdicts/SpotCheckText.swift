import Encoding
import Foundation
import Provenance
import Studio

/// What was seen of some entries of a ledger, taken by chance, for people and for programs.
struct SpotCheckText {
    private let seen: SpotCheck.Result
    private let place: String
    private let console: Console

    init(_ seen: SpotCheck.Result, at place: String, _ console: Console) {
        (self.seen, self.place, self.console) = (seen, place, console)
    }

    /// Prints the answer first, and what it is worth.
    func print() {
        guard !console.json else { return console.print(json: object) }
        guard !console.quiet else { return }
        let head = "index head of \(Instant(seen.head.time)), over \(seen.head.size) entries"
        let isAll = seen.entries == seen.size
        let entries = "\(seen.entries) \(seen.entries == 1 ? "entry" : "entries")"
        let what =
            isAll
            ? "all of the first \(entries) are listed under each of their names"
            : "\(entries) of the first \(seen.size), taken by chance, are listed under each of "
                + "their names"
        let later =
            seen.head.notCovered == 1
            ? VerdictPhrase.completeLaterOne.words
            : VerdictPhrase.completeLater.with(["count": "\(seen.head.notCovered)"])
        for line in Columns.pack(
            ["\(what) (\(seen.names) asked about; \(head));", later], head: "\(place):",
            indent: "  ")
        {
            console.print(line)
        }
        guard !isAll else { return }
        let words = """
            were more than \(Self.percent(share)) % of the entries left out, a look like this \
            would have met one with a chance of 95 %
            """
        for line in Columns.wrap(words, head: "  ") { console.print(line) }
    }

    /// The share of entries of which one would have been met with 95 %: the chance to meet none of
    /// a share s in n looks is at most (1 - s)^n.
    private var share: Double {
        seen.entries == seen.size ? 0 : 1 - pow(0.05, 1 / Double(max(1, seen.entries)))
    }

    /// A share in percent with two digits behind the point, rounded up.
    private static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded(.up))
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private var object: JSON.Object {
        Console.object([
            ("ledger", .string(Text(place))), ("ok", .bool(true)),
            ("head", .string(Text("\(seen.head.entry)"))),
            ("size", .integer(Int64(clamping: seen.size))),
            ("notCovered", .integer(Int64(clamping: seen.head.notCovered))),
            ("entries", .integer(Int64(clamping: seen.entries))),
            ("names", .integer(Int64(clamping: seen.names))),
            ("leftOutBelow", .string(Text(Self.percent(share)))),
        ])
    }
}
