import HTTPService
extension Room {
    /// Bytes that a batch takes before anything of it has arrived: its tasks and queues, as they
    /// were measured with 3,000 of them.
    private static let baseBytes = 32 * 1024

    /// Bytes of zlib's state for a body that is inflated (zlib.h, "Memory Footprint"; zconf.h).
    private static let inflaterBytes = 48 * 1024

    /// Takes what a batch needs in any case; nil where there is too little.
    convenience init?(ofBatchIn memory: Pool, of client: Client?, inflates: Bool) {
        let count = Self.baseBytes + (inflates ? Self.inflaterBytes : 0)
        self.init(count, in: memory, of: client, for: .batch)
    }

    /// Takes room for deflating a batch's answers; false where they must go as they are.
    func takeDeflater() -> Bool {
        take(Self.deflaterBytes)
    }
}
