/// A text that is an argument of a test: a log shows its beginning, and by its number each
/// character that is no printable one of ASCII.
package struct ShownText: Sendable, CustomStringConvertible, ExpressibleByStringInterpolation {
    /// Characters that are shown; each takes ten columns at the most.
    private static let limit = 30

    package let string: String

    package init(_ string: String) { self.string = string }

    package init(stringLiteral string: String) { self.init(string) }

    package var description: String {
        let scalars = string.unicodeScalars
        let shown = scalars.prefix(Self.limit).map { $0.escaped(asASCII: true) }.joined()
        return scalars.count > Self.limit
            ? "\"\(shown)\" and so on, \(scalars.count) characters" : "\"\(shown)\""
    }
}
