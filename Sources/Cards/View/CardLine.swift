import Encoding
public import Manifests

/// A line of a card: where it comes from, its label, what it says.
public struct CardLine: Hashable, Sendable {
    /// Where it comes from.
    public let origin: CardOrigin

    /// Its label; ``CardWord/none`` where it goes on with the line above.
    public let label: CardWord

    /// What it says.
    public let sentence: CardSentence

    init(_ origin: CardOrigin, _ label: CardWord, _ sentence: CardSentence) {
        self.origin = origin
        self.label = label
        self.sentence = sentence
    }

    init(_ origin: CardOrigin, _ label: CardWord, _ word: CardWord, _ texts: String...) {
        let sentence = CardSentence(word, texts.map { .text(Text($0)) })
        self.init(origin, label, sentence)
    }
}
