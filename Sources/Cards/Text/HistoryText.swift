/// A history as text: a tree in lines of at most 80 columns, each with its mark.
public struct HistoryText: Sendable {
    private let history: WorkHistory
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ history: WorkHistory, in language: CardLanguage = .english) {
        self.history = history
        self.language = language
    }

    /// The text, each line ended by a line feed.
    public var text: String {
        var page = TextPage(in: language)
        page.begin(.history)
        page.rule()
        page.add(history)
        return page.text
    }
}
