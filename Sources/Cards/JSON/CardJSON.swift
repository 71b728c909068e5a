public import Encoding
import Manifests

/// A card as JSON, for programs (card.md §6).
public struct CardJSON: Sendable {
    private let view: CardView
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ view: CardView, in language: CardLanguage = .english) {
        self.view = view
        self.language = language
    }

    /// The object.
    public var object: JSON.Object {
        var object: JSON.Object = [
            "language": .string(Text(language.rawValue)), "state": lines(view.state),
            "record": lines(view.record),
            "history": .object(HistoryJSON(view.history, in: language).object),
            "open": lines(view.open),
        ]
        object["title"] = view.title.map { .string($0) }
        if let signed = view.signed {
            let facts = Card.facts(of: signed.manifest, in: language.table.wording)
            object["facts"] = .array(
                facts.map { fact in
                    [
                        "origin": .string(Text(CardOrigin.stated.rawValue)),
                        "label": .string(Text(fact.label)),
                        "lines": .array(fact.lines.map { .string(Text($0)) }),
                    ]
                })
            object["text"] = .string(Text(signed.text))
            object["sha256"] = .string(Text("\(signed.digest)"))
            object["signed"] = .bool(signed.isNamedByManifest)
        }
        return object
    }

    private func lines(_ lines: [CardLine]) -> JSON {
        .array(
            lines.map { line in
                [
                    "origin": .string(Text(line.origin.rawValue)),
                    "about": .string(Text(line.label.rawValue)),
                    "says": .string(Text(line.sentence.word.rawValue)),
                    "text": .string(Text(line.sentence.text(in: language))),
                ]
            })
    }
}
