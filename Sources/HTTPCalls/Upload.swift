import NIOCore

/// A body cut into chunks, each counted once the connection has taken it.
struct Upload: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// The whole body.
    let body: ByteBuffer

    let time: CallTime

    /// The body that is these bytes.
    init(_ bytes: [UInt8], _ time: CallTime) {
        body = ByteBuffer(bytes: bytes)
        self.time = time
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(rest: body, time: time)
    }

    struct Iterator: AsyncIteratorProtocol {
        private var rest: ByteBuffer
        private let time: CallTime
        private var handedOver = 0

        init(rest: ByteBuffer, time: CallTime) {
            self.rest = rest
            self.time = time
        }

        /// Asking for the next chunk says that the one before is on its way.
        mutating func next() async -> ByteBuffer? {
            let size = Swift.min(rest.readableBytes, CallLimit.chunkBytes)
            time.sent(handedOver, isLast: size == 0)
            handedOver = size
            return size == 0 ? nil : rest.readSlice(length: size)
        }
    }
}
