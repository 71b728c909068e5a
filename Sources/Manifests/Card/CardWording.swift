package import Encoding

/// The fixed words of a card in another language; the words of the signer stay as they are.
package struct CardWording: Sendable {
    /// The words for each label, of at most ``CardWriter/labelColumns`` scalars.
    package let labels: [CardLabel: String]

    /// The words for each phrase; `%1` to `%4` stand for what is put in.
    package let phrases: [CardPhrase: String]

    /// The words for values of closed lists: events, relations, clocks.
    package let values: [Text: String]

    /// Takes the words of a language.
    package init(
        labels: [CardLabel: String], phrases: [CardPhrase: String], values: [Text: String]
    ) {
        self.labels = labels
        self.phrases = phrases
        self.values = values
    }

    /// Returns a phrase with `arguments` in it; English where the language lacks it.
    func say(_ phrase: CardPhrase, _ arguments: [Text], orElse english: Text) -> Text {
        guard let pattern = phrases[phrase] else { return english }
        return Text(CardPattern.filled(pattern, with: arguments.map(\.string)))
    }
}
