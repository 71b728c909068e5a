/// The lines of a card's text, where each value has a limit: what has no room is not laid out.
package struct CardExcerpt: Hashable, Sendable {
    /// The lines, without their line feeds.
    package let lines: [String]

    /// The lines, counted from 0, at whose end a value is cut.
    package let cut: Set<Int>
}
