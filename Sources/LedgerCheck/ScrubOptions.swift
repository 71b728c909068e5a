/// How the store is checked in the background while it is served.
public struct ScrubOptions: Hashable, Sendable {
    /// Entries per second, with all their rows; 0 never checks.
    ///
    /// 2,000 take some two hundredths of a core and go round ten million entries in an hour and a
    /// half.
    public var entriesPerSecond = 2000

    /// Seconds between the end of one round and the beginning of the next.
    public var restSeconds: Double = 3600

    /// Seconds before the first round: others have more to do while a server starts.
    public var firstRestSeconds: Double = 60

    /// Creates the options that a server has by default.
    public init() {}
}
