/// A labelled line of a card, for renderers that lay out their own.
public struct CardFact: Hashable, Sendable {
    /// Its label, without the blanks behind it.
    public let label: String

    /// Its text in lines; never empty, hidden characters spelled out.
    public internal(set) var lines: [String]

    /// How many lines come behind those, where a limit has cut the last one; nil where all of it is
    /// there.
    public internal(set) var unshown: Int?
}
