/// The languages in which the fixed words of a card are there.
///
/// What was signed is English; the others are translations, and say so.
public enum CardLanguage: String, CaseIterable, Sendable {
    /// The language that is signed.
    case english = "en"

    /// German.
    case german = "de"

    /// French.
    case french = "fr"

    /// The words of the language.
    package var table: LanguageTable {
        switch self {
        case .english: .english
        case .german: .german
        case .french: .french
        }
    }
}
