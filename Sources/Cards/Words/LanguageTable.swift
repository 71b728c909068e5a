import Encoding
package import Manifests

/// All fixed words of cards and histories in one language.
///
/// `CardsTests` holds that no key is missing, and that each sentence has the places of the English
/// one.
package struct LanguageTable: Sendable {
    /// Labels, headings and sentences; `%1` to `%9` stand for what is put in.
    package let words: [CardWord: String]

    /// What the actions of C2PA are called in plain words.
    package let actions: [EditAction: String]

    /// The words of template 1; nil for English, in which it is signed.
    package let wording: CardWording?

    /// Returns the words of a key.
    ///
    /// A key that the table lacks would be shown by its name, so that nothing is hidden.
    func pattern(of word: CardWord) -> String { words[word] ?? word.rawValue }

    /// Returns a value of a closed list of the template; one that has no word here stays as it is.
    func named(_ value: Text) -> Text { wording?.values[value].map { Text($0) } ?? value }

    /// Returns text from elsewhere as one line that is safe to show; words stand in the place of
    /// one that shows nothing.
    func shown(_ text: String) -> String {
        guard text.isEmpty || !SafeText.showsNothing(text) else { return pattern(of: .blank) }
        return SafeText.lineApart(text)
    }
}
