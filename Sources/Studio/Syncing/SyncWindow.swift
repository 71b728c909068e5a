/// How much one request carries: as much as the line is likely to bring over before it breaks.
///
/// Halved by a cut, and down to a quarter where nothing at all was answered; doubled by a body that
/// filled it and was answered whole.
struct SyncWindow: Sendable {
    /// Bytes of a body as it is sent.
    private(set) var byteCount = SyncLimit.firstWindow

    /// The most that anything on the way takes, as far as is known.
    private var largest = SyncLimit.largestWindow

    /// Whether the ledger said that it takes gzip.
    private(set) var takesGzip = false

    /// Whether a compressed body was refused, whatever the ledger says.
    private var isGzipRefused = false

    /// Bytes on the line for each byte of records, as the newest compressed body had it.
    private var ratio = 1.0

    /// Bytes of records that make a body of this size.
    var plainByteCount: Int {
        guard takesGzip else { return min(byteCount, SyncLimit.plainWindow) }
        return min(SyncLimit.plainBytes, Int(Double(byteCount) / ratio))
    }

    /// Questions that fill the window.
    var questionCount: Int {
        max(1, min(SyncLimit.items, byteCount / SyncLimit.questionBytes))
    }

    /// Takes note of what the ledger says of gzip; nil where it said nothing.
    mutating func note(takesGzip: Bool?) {
        if let takesGzip { self.takesGzip = takesGzip && !isGzipRefused }
    }

    /// Takes note that a compressed body was refused.
    mutating func refuseGzip() {
        (isGzipRefused, takesGzip) = (true, false)
    }

    /// Takes note of what records became when they were compressed.
    mutating func note(plain: Int, sent: Int) {
        guard plain > 0, sent > 0 else { return }
        // A body that shrinks to nearly nothing says little about the next.
        ratio = min(1, max(0.05, Double(sent) / Double(plain)))
    }

    /// Takes note that what took so much of the window was answered whole.
    mutating func arrived(_ sent: Int) {
        guard sent * 2 >= byteCount else { return }
        byteCount = min(byteCount * 2, largest)
    }

    /// Takes note that a request broke off after so many answers.
    mutating func cut(answered: Int) {
        let share = answered > 0 ? 2 : 4
        byteCount = min(byteCount, max(SyncLimit.smallestWindow, byteCount / share))
    }

    /// Takes note that something on the way takes no body of this size.
    mutating func tooLarge(_ sent: Int) {
        largest = max(1, sent / 2)
        byteCount = min(byteCount, largest)
    }
}
