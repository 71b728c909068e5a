/// The bound of each wait for what must come: no run that passes takes so long, on a machine that
/// is busy with other work neither.
enum Patience {
    /// The longest wait.
    static let bound = Duration.seconds(600)

    /// When a wait that begins now ends without what it waits for.
    static var end: ContinuousClock.Instant { .now + bound }
}
