import Encoding

/// Text of unknown length, cut where a page would grow by it; the cut is always said.
enum Excerpt {
    /// Characters of a value that stands in a line: an address, a name, a title.
    static let lineLimit = 300

    /// Returns a line as it is shown; words stand in the place of one that shows nothing.
    static func line(_ text: String, upTo limit: Int = lineLimit) -> String {
        guard !SafeText.showsNothing(text) else { return "(blank)" }
        let safe = SafeText.lineApart(text)
        let scalars = safe.unicodeScalars
        guard
            let end = scalars.index(
                scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return safe }
        return String(scalars[..<end]) + "\u{2026} (cut; \(scalars.count) characters in all)"
    }
}
