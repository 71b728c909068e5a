import CZlib

/// Reads a gzip file as it arrives (RFC 1952): bytes in, a bounded piece out.
///
///     var inflater = GzipInflater()
///     inflater.append(bytes)
///     while let piece = try inflater.next() { ... }     // again for all that arrives
///     try inflater.finish()
///
/// A few bytes of gzip may hold a thousand times as many. Nothing is inflated before it is
/// asked for, and a piece has at most ``maximumPieceByteCount`` bytes, so the caller's own
/// limit on the sum bounds memory. Files of several members give the members' bytes one after
/// the other; anything else after a member is refused, zeros too.
///
/// Checksums stand at the end of a member: a piece was not checked when it is given out.
public struct GzipInflater: Sendable {
    /// Most bytes of a piece: large enough for zlib to be efficient.
    public static let maximumPieceByteCount = 64 * 1024

    private var stream = ZStream(.inflating)

    /// Input that zlib has not used.
    private var pending: ArraySlice<UInt8> = []

    /// Whether zlib may hold back output for which there was no room.
    private var hasOutput = false

    /// Whether the last byte used was the last of a member.
    private var isBetweenMembers = false

    private var failure: GzipError?

    /// Creates an inflater that expects a header.
    public init() {}

    /// Whether all input is used and ended with a member: whether the file may end here.
    public var isComplete: Bool {
        failure == nil && isBetweenMembers && pending.isEmpty
    }

    /// Adds bytes that arrived.
    public mutating func append(_ input: [UInt8]) {
        guard !input.isEmpty else { return }
        if pending.isEmpty {
            pending = input[...]
        } else {
            pending += input
        }
    }

    /// Returns the next bytes, at most ``maximumPieceByteCount`` and never none, or nil where
    /// more input is needed; once it throws, it always throws the same.
    public mutating func next() throws(GzipError) -> [UInt8]? {
        try next(atMost: Self.maximumPieceByteCount)
    }

    /// Adds `input` and returns all that comes out of it; refuses more than `limit` bytes.
    ///
    /// For files that fit into memory; where `limit` is large, ask for pieces instead.
    public mutating func inflate(_ input: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        var output = BoundedBytes(limit: limit)
        append(input)
        // One byte over the limit is enough to know.
        while let piece = try next(atMost: min(Self.maximumPieceByteCount, output.room + 1)) {
            guard output.append(piece) else { throw fail(.tooLarge(limit: limit)) }
        }
        return output.bytes
    }

    /// Throws ``GzipError/truncated`` unless the file may end here.
    public func finish() throws(GzipError) {
        if let failure { throw failure }
        guard isComplete else { throw .truncated }
    }

    /// Returns what a whole gzip file holds; refuses more than `limit` bytes.
    public static func inflated(_ file: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        var inflater = GzipInflater()
        let output = try inflater.inflate(file, limit: limit)
        try inflater.finish()
        return output
    }

    /// Returns the next bytes, at most `capacity`.
    private mutating func next(atMost capacity: Int) throws(GzipError) -> [UInt8]? {
        if let failure { throw failure }
        if !isKnownUniquelyReferenced(&stream) { stream = ZStream(copying: stream) }
        while !pending.isEmpty || hasOutput {
            if isBetweenMembers {
                stream.expectMember()
                isBetweenMembers = false
            }
            let step = stream.step(pending, flush: Z_NO_FLUSH, capacity: capacity)
            pending = step.consumed == pending.count ? [] : pending.dropFirst(step.consumed)
            hasOutput = step.isFull
            switch step.code {
            case Z_OK:
                break
            case Z_BUF_ERROR:
                // Neither input nor output moved: there is nothing more without input.
                hasOutput = false
            case Z_STREAM_END:
                isBetweenMembers = true
                hasOutput = false
            default:
                let error = fail(.malformed(rule: stream.message ?? "zlib code \(step.code)"))
                // Bytes before the damage are given out first.
                guard !step.output.isEmpty else { throw error }
            }
            if !step.output.isEmpty { return step.output }
            if step.code == Z_BUF_ERROR { break }
        }
        return nil
    }

    /// Remembers why this inflater is of no more use.
    private mutating func fail(_ error: GzipError) -> GzipError {
        failure = error
        pending = []
        hasOutput = false
        return error
    }
}
