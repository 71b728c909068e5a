public import Encoding
import Manifests

/// A sentence of a card: fixed words of ours, and what stands in their places.
public struct CardSentence: Hashable, Sendable {
    /// What stands in a place of a sentence.
    public enum Value: Hashable, Sendable {
        /// A name, a time or a number: the same in every language.
        case text(Text)

        /// A value of a closed list of the template, in the language where it has a word for it.
        case named(Text)

        /// Words of ours.
        case word(CardWord)

        /// A sentence in the sentence.
        case sentence(CardWord, [Text])

        /// The actions of a manifest, by their C2PA names, in plain words where there are any.
        case actions([Text])
    }

    /// The fixed words.
    public let word: CardWord

    /// What stands in their places, in order.
    public let values: [Value]

    /// Puts a sentence together.
    public init(_ word: CardWord, _ values: [Value] = []) {
        self.word = word
        self.values = values
    }

    /// Puts a sentence together of words and texts.
    init(_ word: CardWord, _ texts: String...) {
        self.init(word, texts.map { .text(Text($0)) })
    }

    /// A part of a sentence.
    struct Piece {
        let text: String

        /// Whether it may come from elsewhere, and so from anybody.
        let isForeign: Bool
    }

    /// The sentence in a language, in pieces; text from elsewhere is made safe to show.
    func pieces(in language: CardLanguage) -> [Piece] {
        let table = language.table
        return CardPattern.pieces(of: table.pattern(of: word)).map { piece in
            switch piece {
            case .words(let words): Piece(text: words, isForeign: false)
            case .place(let number): self.piece(at: number - 1, in: table)
            }
        }
    }

    /// The sentence in a language, safe to show.
    public func text(in language: CardLanguage) -> String {
        pieces(in: language).map(\.text).joined()
    }

    private func piece(at place: Int, in table: LanguageTable) -> Piece {
        guard values.indices.contains(place) else { return Piece(text: "", isForeign: false) }
        switch values[place] {
        case .text(let text):
            return Piece(text: table.shown(text.string), isForeign: true)
        case .named(let value):
            return Piece(text: table.shown(table.named(value).string), isForeign: true)
        case .word(let word): return Piece(text: table.pattern(of: word), isForeign: false)
        case .sentence(let word, let texts):
            let filled = CardPattern.filled(table.pattern(of: word), with: texts.map(\.string))
            return Piece(text: SafeText.line(filled), isForeign: true)
        case .actions(let names):
            return Piece(text: SafeText.line(Self.plain(names, table)), isForeign: true)
        }
    }

    /// The most actions that are named; the others are counted.
    private static let actionLimit = 8

    private static func plain(_ names: [Text], _ table: LanguageTable) -> String {
        let words = names.prefix(actionLimit).map { name in
            EditAction(name).flatMap { table.actions[$0] } ?? name.string
        }.joined(separator: ", ")
        guard names.count > actionLimit else { return words }
        return CardPattern.filled(
            table.pattern(of: .andMore), with: [words, "\(names.count - actionLimit)"])
    }
}
