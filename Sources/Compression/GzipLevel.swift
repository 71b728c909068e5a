/// How much time is spent on making bytes fewer.
public enum GzipLevel: Int32, Sendable {
    /// Right for answers that are made once and sent once: several times faster than the rest,
    /// and receipts of one head are alike enough for any level.
    case fast = 1

    /// For bytes that are stored or sent often; the default of the `gzip` program.
    case balanced = 6
}
