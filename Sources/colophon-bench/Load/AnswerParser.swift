import NIOCore

/// Finds the end of each HTTP/1.1 answer, and its status; drops the bodies.
///
/// It reads what our two servers write and costs as little as possible, for the client has the
/// same cores as the server that is measured.
struct AnswerParser {
    private enum State {
        case head
        case body(Int)
        case chunkHead
        /// Bytes of the chunk, with the line end after it.
        case chunk(Int)
        case trailer
    }

    private var state = State.head
    private var status = 0
    private var pending = ByteBuffer()

    /// Takes bytes as they come.
    mutating func append(_ bytes: inout ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.discardReadBytes()
            pending.writeBuffer(&bytes)
        }
    }

    /// Returns the status of the next answer that is complete; nil where bytes are missing.
    mutating func next() throws(BenchError) -> Int? {
        while true {
            switch state {
            case .head:
                guard let line = try head() else { return nil }
                state = line
            case .body(let count):
                guard skip(count, { .body($0) }) else { return nil }
                state = .head
                return status
            case .chunkHead:
                guard let line = line() else { return nil }
                guard let count = Int(line.prefix { $0 != ";" }, radix: 16) else {
                    throw BenchError("an answer has a chunk without a size")
                }
                state = count == 0 ? .trailer : .chunk(count + 2)
            case .chunk(let count):
                guard skip(count, { .chunk($0) }) else { return nil }
                state = .chunkHead
            case .trailer:
                guard let line = line() else { return nil }
                guard line.isEmpty else { continue }
                state = .head
                return status
            }
        }
    }

    /// Reads a whole head and returns what follows it.
    private mutating func head() throws(BenchError) -> State? {
        let view = pending.readableBytesView
        guard let end = Self.endOfHead(view) else { return nil }
        let text = String(decoding: view[..<end], as: UTF8.self).lowercased()
        pending.moveReaderIndex(forwardBy: end - view.startIndex)
        let lines = text.split(separator: "\r\n")
        guard let first = lines.first, let code = Int(first.dropFirst(9).prefix(3)) else {
            throw BenchError("an answer does not begin with a status")
        }
        status = code
        if code < 200 { return .head }
        for line in lines {
            if line.hasPrefix("transfer-encoding: chunked") { return .chunkHead }
            if line.hasPrefix("content-length: ") {
                return .body(Int(line.dropFirst(16)) ?? 0)
            }
        }
        return .body(0)
    }

    /// Returns the place after the first empty line.
    private static func endOfHead(_ view: ByteBufferView) -> Int? {
        var newlines = 0
        for index in view.indices {
            switch view[index] {
            case UInt8(ascii: "\n"): newlines += 1
            case UInt8(ascii: "\r"): continue
            default: newlines = 0
            }
            if newlines == 2 { return index + 1 }
        }
        return nil
    }

    private mutating func line() -> String? {
        let view = pending.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: view[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        pending.moveReaderIndex(forwardBy: end + 1 - view.startIndex)
        return line
    }

    /// Drops `count` bytes, or what there is of them; false where some are still to come.
    private mutating func skip(_ count: Int, _ rest: (Int) -> State) -> Bool {
        let part = min(count, pending.readableBytes)
        pending.moveReaderIndex(forwardBy: part)
        if part < count { state = rest(count - part) }
        return part == count
    }
}
