import NIOCore

/// Buffers for reads, as large as the latest reads, up to a limit.
///
/// None is used twice: the pool of a channel would go on with a buffer that is larger than it is
/// told, and so read more at a time after a long body than before it.
struct ReadAllocator: RecvByteBufferAllocator {
    /// Bytes of a connection's first buffer: a small request, or a handshake's first message.
    private static let initialBytes = 2048

    private var sizes: AdaptiveRecvByteBufferAllocator

    /// Creates an allocator of buffers of up to `limit` bytes, a power of two.
    init(limit: Int) {
        sizes = AdaptiveRecvByteBufferAllocator(
            minimum: 64, initial: min(limit, Self.initialBytes), maximum: limit)
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        sizes.buffer(allocator: allocator)
    }

    /// Says that the next buffer is another one.
    mutating func record(actualReadBytes: Int) -> Bool {
        _ = sizes.record(actualReadBytes: actualReadBytes)
        return true
    }
}
