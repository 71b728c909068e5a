/// The streams that every program has when it starts.
public enum Streams: Int32, Sendable {
    /// Standard input.
    case input = 0

    /// Standard output: data.
    case output = 1

    /// Standard error: words.
    case error = 2

    /// Makes sure, when a program starts, that no file it opens takes the place of a stream that
    /// was closed: messages would be written into it.
    public static func holdPlaces() {
        for number in 0...2 as ClosedRange<Int32> { System.occupy(number) }
    }

    /// Whether a person looks at it.
    public var isTerminal: Bool { System.isTerminal(rawValue) }

    /// Writes all of `bytes`.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        try naming("standard \(self)") { () throws(SystemError) in
            try System.write(rawValue, bytes)
        }
    }
}
