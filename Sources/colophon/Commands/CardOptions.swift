import ArgumentParser
import Cards

/// In which form and language a card or a history is shown.
struct CardOptions: ParsableArguments {
    @Flag(help: "One HTML page, for a browser and for paper; it needs nothing else.")
    var html = false

    @Option(
        help: ArgumentHelp(
            "The language of the fixed words: en, de or fr; what is signed is en.",
            valueName: "language"))
    var lang = CardLanguage.english.rawValue

    /// Returns the language, where the options go together.
    func language(_ console: Console) throws(Failure) -> CardLanguage {
        guard !html || !console.json else {
            throw .usage("--html and --json exclude each other")
        }
        guard let language = CardLanguage(rawValue: lang) else {
            let known = CardLanguage.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--lang: there are no words in \"\(lang)\"", hint: "there are \(known)")
        }
        return language
    }
}
