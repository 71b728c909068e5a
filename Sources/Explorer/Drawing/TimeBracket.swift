import Provenance

/// What is said about when a statement was made, in the order of the times, as a line and a list.
struct TimeBracket {
    /// Moments on a line at most: a phone has room for so many numbers, and records of ours have
    /// fewer.
    static let momentLimit = 12

    /// Whose word a moment is.
    enum Word: String {
        /// The signer's own.
        case signer = "signer states"

        /// The ledger's.
        case ledger = "ledger states"

        /// Of a witness or an authority, who are others than the ledger.
        case others = "others state"
    }

    /// One moment.
    struct Moment {
        /// POSIX seconds.
        let time: UInt64
        let word: Word
        let what: String
    }

    private let moments: [Moment]

    /// How many later moments are not shown.
    let unshown: Int

    /// Takes the moments in any order; the earliest ``momentLimit`` are shown.
    init(_ moments: [Moment]) {
        self.moments = Array(moments.sorted { $0.time < $1.time }.prefix(Self.momentLimit))
        unshown = moments.count - self.moments.count
    }

    /// The line: one disc for each moment, as far apart as the one before and after, whatever lies
    /// between them.
    var drawing: Markup {
        let count = moments.count
        var drawing = SVGDrawing(
            width: 320, height: 48, title: "When it was signed and logged",
            description: "\(count) moments, from the first to the last; the list below has them")
        drawing.line((8, 24), (312, 24), "axis")
        for (place, moment) in moments.enumerated() {
            let x = count > 1 ? 20 + 280 * place / (count - 1) : 160
            drawing.disc((x, 24), radius: 11, "moment \(Self.style(of: moment.word))")
            drawing.text("\(place + 1)", at: (x, 24), "number")
        }
        return drawing.markup
    }

    /// The list, numbered as the line is.
    var values: [PageValues] {
        var last: UInt64?
        return moments.map { moment in
            defer { last = moment.time }
            return [
                "time": .text("\(Instant(moment.time))"), "word": .text(moment.word.rawValue),
                "what": .text(Excerpt.line(moment.what)),
                "later": .text(last.map { "+ " + Age.span(moment.time - $0) } ?? ""),
            ]
        }
    }

    private static func style(of word: Word) -> String {
        switch word {
        case .signer: "stated"
        case .ledger: "logged"
        case .others: "witnessed"
        }
    }
}
