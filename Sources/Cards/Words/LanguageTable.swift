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
}
