/// How much of a card and of a history a page shows; what has no room is counted, and said.
///
/// Whoever signs decides how long a text is. A file of one's own shows all of it, and a page that
/// a server makes for everybody ends somewhere.
public struct PageLimit: Hashable, Sendable {
    /// Characters of a value from elsewhere: a title, a name, an address.
    let value: Int

    /// Bytes of HTML for the facts.
    let facts: Int

    /// Bytes of HTML for the signed text.
    let text: Int

    /// Bytes of HTML for the steps of a history.
    let history: Int

    /// Names a limit for each part: characters of a value, bytes of HTML for the others.
    public init(value: Int, facts: Int, text: Int, history: Int) {
        self.value = value
        self.facts = facts
        self.text = text
        self.history = history
    }

    /// All is shown.
    public static let none = PageLimit(value: .max, facts: .max, text: .max, history: .max)
}
