import TestSupport

/// HTTP/2 frames, byte by byte as a test wants them (RFC 9113 §4.1, §6).
package enum Frames {
    package enum Kind: UInt8 {
        case data = 0
        case headers = 1
        case reset = 3
        case settings = 4
        case ping = 6
        case goAway = 7
        case window = 8
        case continuation = 9
    }

    package static let endStream: UInt8 = 1
    package static let endHeaders: UInt8 = 4

    /// What a client says first, with no settings.
    package static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(.settings, 0, 0, [])

    /// A header block from HPACK's static table (RFC 7541 A): `GET https://a/` or `POST`.
    package static func block(isPost: Bool = false) -> [UInt8] {
        [isPost ? 0x83 : 0x82, 0x87, 0x84, 0x01, 0x01, 0x61]
    }

    /// A field that is written out: one letter and a value.
    package static func field(_ value: [UInt8]) -> [UInt8] {
        precondition(value.count < 127, "a length of one byte")
        return [0x00, 0x01, 0x78, UInt8(value.count)] + value
    }

    package static func frame(
        _ kind: Kind, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]
    ) -> [UInt8] {
        let count = payload.count
        let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        let id = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
        return length + [kind.rawValue, flags] + id + payload
    }

    /// The header of a request with a body.
    package static func post(_ stream: Int, _ path: String, _ type: String) -> [UInt8] {
        func value(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
        // Names 4 and 31 of the static table, with values that are written out.
        var block: [UInt8] = [0x83, 0x87, 0x01, 0x01, 0x61, 0x04]
        block += value(path)
        block += [0x0F, 0x10]
        block += value(type)
        return frame(.headers, endHeaders, stream, block)
    }

    /// The header of a request for a path, and its end where no body follows.
    package static func request(
        _ stream: Int, _ method: String, _ path: String, _ fields: [(String, String)] = [],
        endsStream: Bool = true
    ) -> [UInt8] {
        let block = [
            (":method", method), (":scheme", "https"), (":authority", "a"), (":path", path),
        ]
        return headers(stream, block + fields, endsStream: endsStream)
    }

    /// A header with these fields, each written out.
    package static func headers(
        _ stream: Int, _ fields: [(String, String)], endsStream: Bool = true
    ) -> [UInt8] {
        func text(_ text: String) -> [UInt8] {
            precondition(text.utf8.count < 127, "a length of one byte")
            return [UInt8(text.utf8.count)] + Array(text.utf8)
        }
        var block: [UInt8] = []
        for (name, value) in fields { block += [0x00] + text(name) + text(value) }
        return frame(.headers, endHeaders | (endsStream ? endStream : 0), stream, block)
    }

    /// Leave to send so many bytes more, on a stream or (0) on the connection.
    package static func window(_ stream: Int, _ count: Int) -> [UInt8] {
        frame(.window, 0, stream, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) })
    }

    /// What a client says first that reads whatever comes: windows of 2^31 - 1 bytes.
    package static let openPreface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        + frame(.settings, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
        + window(0, 0x7FFF_FFFF - 65_535)

    /// That no stream of ours is answered by the client, and that it ends.
    package static let goAway = frame(.goAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])

    /// A request without a body.
    package static func get(_ stream: Int) -> [UInt8] {
        frame(.headers, endStream | endHeaders, stream, block())
    }
}

extension Connection {
    /// Reads one frame; throws where the connection ends.
    package func frame() async throws -> (kind: UInt8, flags: UInt8, stream: Int, payload: [UInt8])
    {
        let head = try await take(9)
        let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
        let stream = head[5...].reduce(0) { $0 << 8 | Int($1) }
        return (head[3], head[4], stream, try await take(length))
    }

    /// Reads on to the next bytes of a stream's body; nil where the stream has ended.
    package func data(_ stream: Int) async throws -> [UInt8]? {
        while true {
            let next = try await frame()
            guard next.stream == stream else { continue }
            if next.kind == Frames.Kind.reset.rawValue {
                guard next.payload == [0, 0, 0, 0] else {
                    throw FixtureError.unexpected("a reset with error \(next.payload)")
                }
                return nil
            }
            guard next.kind == Frames.Kind.data.rawValue else { continue }
            if !next.payload.isEmpty { return next.payload }
            if next.flags & Frames.endStream != 0 { return nil }
        }
    }

    /// Reads on to the end of a stream's answer and returns status and body; nil where the stream
    /// was reset with an error.
    package func answer(_ stream: Int) async throws -> (status: UInt8, body: [UInt8])? {
        var answer: (status: UInt8, body: [UInt8]) = (0, [])
        while true {
            let next = try await frame()
            guard next.stream == stream else { continue }
            switch next.kind {
            case Frames.Kind.reset.rawValue:
                return next.payload == [0, 0, 0, 0] ? answer : nil
            case Frames.Kind.headers.rawValue: answer.status = next.payload.first ?? 0
            case Frames.Kind.data.rawValue: answer.body += next.payload
            default: break
            }
            if next.flags & Frames.endStream != 0 { return answer }
        }
    }

    /// Reads frames to the connection's end and returns the errors of its GOAWAY frames.
    package func errorsOfGoAways() async -> [UInt8] {
        var errors: [UInt8] = []
        while let frame = try? await frame() {
            if frame.kind == Frames.Kind.goAway.rawValue { errors.append(frame.payload[7]) }
        }
        return errors
    }
}
