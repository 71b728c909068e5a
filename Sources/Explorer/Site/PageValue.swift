/// What a template gets under one name.
enum PageValue: Sendable {
    /// Text or HTML; text is escaped when it becomes a value.
    case markup(Markup)

    /// Whether a section is there.
    case flag(Bool)

    /// What a section repeats.
    case list([PageValues])

    /// One line of text from anywhere.
    static func text(_ text: String) -> PageValue { .markup(Markup(text: text)) }

    /// HTML that we have made.
    static func made(_ html: String) -> PageValue { .markup(Markup(made: html)) }
}
