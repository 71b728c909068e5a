/// How long a pipe may take that was handed over to be read.
public struct PipeTime: Hashable, Sendable {
    /// A program that writes a list or a key into a pipe is at work: a minute without a byte, and
    /// ten minutes for a list of a hundred thousand files that `find` still looks for.
    public static let usual = PipeTime(silence: .seconds(60), whole: .seconds(600))

    /// Time without a byte.
    public var silence: Duration

    /// Time for all of it.
    public var whole: Duration

    /// Creates limits.
    public init(silence: Duration, whole: Duration) {
        self.silence = silence
        self.whole = whole
    }
}

extension Duration {
    /// Whole seconds, for words.
    var seconds: Int { Int(clamping: components.seconds) }

    /// Milliseconds as poll(2) takes them, rounded up: a wait ends when the time is over.
    var milliseconds: Int32 {
        let (seconds, rest) = components
        let whole = rest / 1_000_000_000_000_000 + 1
        return Int32(clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue + whole)
    }
}
