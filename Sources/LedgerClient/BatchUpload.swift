import Encoding
import NIOCore

/// The body of a batch: each statement as a CBOR byte string, cut into chunks.
struct BatchUpload: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let statements: [[UInt8]]
    let indices: [Int]

    /// Bytes of the whole body.
    var byteCount: Int {
        indices.reduce(0) { $0 + Self.headSize(statements[$1].count) + statements[$1].count }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(upload: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        let upload: BatchUpload
        private var next = 0

        init(upload: BatchUpload) {
            self.upload = upload
        }

        mutating func next() async -> ByteBuffer? {
            guard next < upload.indices.count else { return nil }
            var chunk: [UInt8] = []
            while next < upload.indices.count, chunk.count < ClientLimit.chunkBytes {
                let statement = upload.statements[upload.indices[next]]
                CBOR.append(statement, to: &chunk)
                next += 1
            }
            return ByteBuffer(bytes: chunk)
        }
    }

    /// Bytes of the head of a byte string (RFC 8949 §3).
    static func headSize(_ count: Int) -> Int {
        switch count {
        case ..<24: 1
        case ..<0x100: 2
        case ..<0x1_0000: 3
        default: 5
        }
    }
}
