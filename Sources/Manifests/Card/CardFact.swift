/// A labelled line of a card, for renderers that lay out their own.
public struct CardFact: Hashable, Sendable {
    /// Its label, without the blanks behind it.
    public let label: String

    /// Its text in lines; never empty, hidden characters spelled out.
    public internal(set) var lines: [String]
}
