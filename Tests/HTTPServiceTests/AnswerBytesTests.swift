import HTTPService
import HTTPTypes
import NIOCore
import Testing

/// What an answer is on the wire (RFC 9112).
@Suite final class AnswerBytesTests {
    private var bytes = AnswerBytes()

    private func add(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        bytes.add(HTTPResponse(status: status, headerFields: fields), ByteBufferAllocator())
    }

    /// Adds a piece of a body; returns whether it is copied.
    private func add(_ text: String) -> Bool {
        bytes.add(ByteBuffer(string: text))
    }

    private func taken() -> String? {
        bytes.take().map { String(buffer: $0) }
    }

    @Test func aShortAnswerIsOnePieceOfBytes() {
        add(.created, [.contentType: "application/cose", .contentLength: "5", .date: "today"])
        #expect(add("hello"))
        bytes.addEnd()
        #expect(
            taken() == "HTTP/1.1 201 Created\r\nContent-Type: application/cose\r\n"
                + "Content-Length: 5\r\nDate: today\r\n\r\nhello")
        #expect(taken() == nil)
    }

    @Test func aLongBodyIsPassedOnBetweenWhatIsBeforeAndBehindIt() {
        let long = String(repeating: "x", count: 2 * AnswerBytes.copiedBytes)
        add(.ok, [.contentLength: "\(long.utf8.count)"])
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(long.utf8.count)\r\n\r\n"
        #expect(!add(long))
        #expect(taken() == head)
        bytes.endChunk()
        bytes.addEnd()
        #expect(taken() == nil)
        add(.ok, [.transferEncoding: "chunked"])
        #expect(!add(long))
        #expect(taken() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n")
        bytes.endChunk()
        #expect(add("end"))
        bytes.addEnd()
        #expect(taken() == "\r\n3\r\nend\r\n0\r\n\r\n")
    }

    @Test func anEmptyPieceEndsNoChunkedBody() {
        add(.ok, [.transferEncoding: "chunked"])
        #expect(add(""))
        #expect(add("a"))
        bytes.addEnd()
        #expect(taken()?.hasSuffix("\r\n\r\n1\r\na\r\n0\r\n\r\n") == true)
    }

    @Test func manyShortPiecesAreNotGatheredWithoutEnd() {
        add(.ok, [:])
        let piece = String(repeating: "x", count: 1024)
        var copied = 0
        while copied < 100, add(piece) { copied += 1 }
        #expect(copied < 7)
    }

    /// The words are those that clients of ours have read: some are older than RFC 9110.
    @Test(arguments: [
        (100, "Continue"), (200, "OK"), (202, "Accepted"), (304, "Not Modified"),
        (413, "Payload Too Large"), (422, "Unprocessable Entity"),
        (431, "Request Header Fields Too Large"), (503, "Service Unavailable"),
    ])
    func aStatusHasItsWords(code: Int, words: String) {
        add(HTTPResponse.Status(code: code), [:])
        bytes.addEnd()
        #expect(taken() == "HTTP/1.1 \(code) \(words)\r\n\r\n")
    }
}
