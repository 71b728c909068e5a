import HTTPService

extension Exchange {
    /// Takes what a batch needs in any case; nil where there is too little.
    ///
    /// That is its own state and the bytes that wait for it between the connection and its task:
    /// one read, and with gzip the one that is being inflated. How busy the machine is decides how
    /// many batches have them, so room is taken before they come.
    func roomForBatch(inflates: Bool) -> Room? {
        let gzipBytes = Room.inflaterBytes + bodyReadBytes
        return room(
            Room.batchBytes + bodyReadBytes + (inflates ? gzipBytes : 0), for: .stream)
    }
}

extension Room {
    /// Bytes that a batch takes before anything of it has arrived: its tasks and queues, as they
    /// were measured with 3,000 of them.
    fileprivate static let batchBytes = 32 * 1024

    /// Bytes of zlib's state for a body that is inflated (zlib.h, "Memory Footprint"; zconf.h).
    fileprivate static let inflaterBytes = 48 * 1024

    /// Takes room for deflating a batch's answers; false where they must go as they are.
    func takeDeflater() -> Bool {
        take(Self.deflaterBytes)
    }
}
