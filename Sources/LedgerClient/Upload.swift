import Encoding
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

    /// The body of a batch: each of these statements as a CBOR byte string.
    init(_ statements: [[UInt8]], at indices: [Int], _ time: CallTime) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(indices.reduce(0) { $0 + statements[$1].count + Self.longestHead })
        for index in indices { CBOR.append(statements[index], to: &bytes) }
        self.init(bytes, time)
    }

    /// Bytes of the head of a byte string of less than 4 GiB (RFC 8949 §3).
    private static let longestHead = 5

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
            let size = Swift.min(rest.readableBytes, ClientLimit.chunkBytes)
            time.sent(handedOver, isLast: size == 0)
            handedOver = size
            return size == 0 ? nil : rest.readSlice(length: size)
        }
    }
}
