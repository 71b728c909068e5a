package import HTTPTypes
package import NIOCore
import NIOHTTP1

/// The bytes of answers as HTTP/1.1 has them (RFC 9112 §4, §6, §7.1).
///
/// Head, body and end of a short answer are gathered, and are one write: each write costs more than
/// a copy of so few bytes. A long body is passed on as it is, between what was gathered before it
/// and what comes behind it.
package struct AnswerBytes {
    /// Bytes of a piece of body that is copied: a receipt is shorter, and a tile is longer.
    package static let copiedBytes = 4096

    /// Bytes that are taken for a head; with a short receipt it fits them.
    private static let usualBytes = 2048

    /// What nobody has taken: at most a head and ``copiedBytes``, with what frames them.
    private var gathered = ByteBuffer()

    /// The body goes in chunks.
    private var isChunked = false

    /// Creates what has nothing.
    package init() {}

    /// Adds the head of an answer, which names our version, not the client's (RFC 9110 §6.2).
    package mutating func add(_ head: HTTPResponse, _ allocator: ByteBufferAllocator) {
        let status = HTTPResponseStatus(
            statusCode: head.status.code, reasonPhrase: head.status.reasonPhrase)
        if gathered.capacity == 0 { gathered = allocator.buffer(capacity: Self.usualBytes) }
        gathered.writeStaticString("HTTP/1.1 ")
        gathered.writeString(String(status.code))
        gathered.writeStaticString(" ")
        gathered.writeString(status.reasonPhrase)
        gathered.writeStaticString("\r\n")
        isChunked = false
        for field in head.headerFields {
            let value = field.value
            if field.name == .transferEncoding { isChunked = value == "chunked" }
            gathered.writeString(field.name.rawName)
            gathered.writeStaticString(": ")
            gathered.writeString(value)
            gathered.writeStaticString("\r\n")
        }
        gathered.writeStaticString("\r\n")
    }

    /// Adds a piece of the body; returns false where it is to be passed on as it is, behind what
    /// is gathered and before what is gathered then.
    package mutating func add(_ body: ByteBuffer) -> Bool {
        // An empty chunk would be the last one.
        guard body.readableBytes > 0 else { return true }
        if isChunked {
            gathered.writeString(String(body.readableBytes, radix: 16))
            gathered.writeStaticString("\r\n")
        }
        guard gathered.readableBytes + body.readableBytes <= Self.usualBytes + Self.copiedBytes
        else { return false }
        gathered.writeImmutableBuffer(body)
        endChunk()
        return true
    }

    /// Says that a piece was passed on as it is.
    package mutating func endChunk() {
        if isChunked { gathered.writeStaticString("\r\n") }
    }

    /// Adds the end of the body.
    package mutating func addEnd() {
        if isChunked { gathered.writeStaticString("0\r\n\r\n") }
        isChunked = false
    }

    /// Takes what is gathered; nil where that is nothing.
    package mutating func take() -> ByteBuffer? {
        guard gathered.readableBytes > 0 else { return nil }
        defer { gathered = ByteBuffer() }
        // It may wait for its client, and only what can be read of it is counted.
        gathered.shrinkBufferCapacity(to: gathered.readableBytes)
        return gathered
    }
}
