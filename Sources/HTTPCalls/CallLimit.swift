/// How much a call takes or sends at once.
enum CallLimit {
    /// Problem details are a few hundred bytes.
    static let problemBytes = 64 << 10

    /// Bytes that buffers on the way may hold: ours, the kernel's, a proxy's.
    ///
    /// Handed over is not arrived: a service is granted the time that so many take, never more.
    static let bufferedBytes = 256 << 10

    /// Bytes handed to the connection at a time.
    static let chunkBytes = 64 << 10
}
