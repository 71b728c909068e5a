package import NIOCore

extension ByteBuffer {
    /// Creates a buffer of these bytes: the one copy between RocksDB's memory and the socket.
    package init(copying bytes: Span<UInt8>) {
        self = ByteBuffer()
        reserveCapacity(bytes.count)
        unsafe writeBytes(bytes.bytes)
    }
}
