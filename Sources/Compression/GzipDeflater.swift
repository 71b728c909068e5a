import CZlib

/// Writes a gzip file piece by piece (RFC 1952), so that a reader sees each piece at once.
///
///     var deflater = GzipDeflater()
///     send(deflater.deflate(bytes))       // as often as there is something
///     send(deflater.finish())
///
/// The same calls give the same bytes: the header has no time and no name.
public struct GzipDeflater: Sendable {
    private var stream: ZStream
    private var isFinished = false

    /// Creates a deflater.
    public init(level: GzipLevel = .fast) {
        stream = ZStream(.deflating(level))
    }

    /// Returns bytes from which, after those before, a reader gets all of `input`.
    ///
    /// Each call adds about 5 bytes for the flush: gather small pieces.
    public mutating func deflate(_ input: [UInt8]) -> [UInt8] {
        input.isEmpty ? [] : run(input[...], flush: Z_SYNC_FLUSH)
    }

    /// Returns the end of the file, also where nothing was deflated; to be called once.
    public mutating func finish() -> [UInt8] {
        defer { isFinished = true }
        return run([], flush: Z_FINISH)
    }

    /// Returns the whole gzip file that holds `bytes`.
    public static func deflated(_ bytes: [UInt8], level: GzipLevel = .fast) -> [UInt8] {
        var deflater = GzipDeflater(level: level)
        defer { deflater.isFinished = true }
        return deflater.run(bytes[...], flush: Z_FINISH)
    }

    /// Gives all of `input` to zlib and takes all that it has.
    private mutating func run(_ input: ArraySlice<UInt8>, flush: Int32) -> [UInt8] {
        precondition(!isFinished, "a gzip file has one end")
        if !isKnownUniquelyReferenced(&stream) { stream = ZStream(copying: stream) }
        var rest = input
        var output: [UInt8] = []
        while true {
            // Room for bytes that do not get fewer, and for header, flush and trailer.
            let capacity = min(rest.count + rest.count / 1000 + 64, 1 << 20)
            // No flush may be asked for before the last of the input is offered.
            let isLast = rest.count <= 1 << 30
            let step = stream.step(rest, flush: isLast ? flush : Z_NO_FLUSH, capacity: capacity)
            precondition(
                [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(step.code),
                "zlib refuses the state of a stream that only this type touches")
            rest = rest.dropFirst(step.consumed)
            if output.isEmpty { output = step.output } else { output += step.output }
            if rest.isEmpty && !step.isFull { return output }
        }
    }
}
