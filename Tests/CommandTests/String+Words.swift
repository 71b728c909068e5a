import TestSupport

extension String {
    /// The words of a text with one space between them, wherever a line ends.
    var unwrapped: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// The words of standard output, wherever a line ends.
func words(_ outcome: Program.Outcome) -> String { outcome.output.unwrapped }
