/// Takes byte strings out of a CBOR sequence that arrives in pieces (RFC 8742).
///
/// Holds at most one item and what followed it in the piece that completed it. An error is
/// final: where an item ends is unknown after it, so the reader throws it again for ever.
public struct CBORSequenceReader: Sendable {
    /// One item of the sequence.
    public enum Item: Hashable, Sendable {
        /// The content of a byte string.
        case bytes([UInt8])

        /// A byte string of this many bytes, more than the limit; its content is skipped.
        case tooLarge(UInt64)
    }

    /// Bytes that are reserved for an item of which little has arrived: most statements.
    private static let firstReserve = 4096

    /// Longest byte string that is kept.
    private let itemLimit: Int

    private var buffer: [UInt8] = []
    /// Position in `buffer` of the first byte that is not consumed.
    private var start = 0
    /// Number of bytes consumed before `buffer[0]`; positions in errors count from the first byte.
    private var consumed = 0
    /// Bytes of a too large item that are still to come.
    private var toSkip: UInt64 = 0
    /// Bytes of that item that have come.
    private var skipped = 0
    private var failure: CBORError?

    /// Creates a reader of byte strings of up to `itemLimit` bytes.
    public init(itemLimit: Int) {
        precondition(itemLimit >= 0, "a limit is not negative")
        self.itemLimit = itemLimit
    }

    /// Number of bytes received that belong to no item given out whole; not zero after the
    /// last piece means that the sequence was cut.
    public var pendingByteCount: Int {
        buffer.count - start + (toSkip > 0 ? skipped : 0)
    }

    /// Number of bytes that are kept in memory.
    public var heldByteCount: Int { buffer.capacity }

    /// Whether the bytes received so far end where an item ends, or are none.
    public var isBetweenItems: Bool { buffer.count == start && toSkip == 0 }

    /// Adds the next bytes of the sequence.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        // Drop what was given out before the buffer has to grow.
        if start > 0 {
            buffer.removeSubrange(0..<start)
            consumed += start
            start = 0
        }
        guard toSkip > 0 else {
            buffer.append(contentsOf: bytes)
            return
        }
        let skipping = Int(clamping: min(toSkip, UInt64(bytes.count)))
        skip(skipping)
        consumed += skipping
        buffer.append(contentsOf: bytes.dropFirst(skipping))
    }

    /// Returns the next item, or nil where more bytes are needed.
    ///
    /// An item above the limit is reported as soon as its length is known.
    public mutating func next() throws(CBORError) -> Item? {
        if let failure { throw failure }
        do throws(CBORError) {
            return try readNext()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func readNext() throws(CBORError) -> Item? {
        guard toSkip == 0, start < buffer.count else { return nil }
        let initial = buffer[start]
        let offset = consumed + start
        guard initial >> 5 == CBOR.Major.bytes.rawValue else {
            throw CBORError(.notBytes, at: offset)
        }
        let information = initial & 0x1f
        guard information < 28 else {
            throw CBORError(information == 31 ? .indefiniteLength : .notWellFormed, at: offset)
        }
        let headLength = information < 24 ? 1 : 1 + (1 << Int(information - 24))
        guard buffer.count - start >= headLength else { return nil }
        var decoder = CBORDecoder(buffer, in: start..<start + headLength, rules: .strict)
        let length: UInt64
        do throws(CBORError) {
            length = try decoder.head().argument
        } catch {
            throw CBORError(error.rule, at: offset)
        }
        return take(headLength: headLength, length: length)
    }

    /// Consumes an item whose head is in the buffer, if all of it is there or it is too large.
    private mutating func take(headLength: Int, length: UInt64) -> Item? {
        let available = buffer.count - start - headLength
        guard length <= UInt64(itemLimit) else {
            start += headLength
            toSkip = length
            skipped = headLength
            let skipping = Int(clamping: min(length, UInt64(available)))
            skip(skipping)
            start += skipping
            return .tooLarge(length)
        }
        guard let length = Int(exactly: length), available >= length else {
            // What is before the item goes with the next bytes.
            reserve(headLength + Int(length), for: headLength + available)
            return nil
        }
        let content = start + headLength..<start + headLength + length
        start = content.upperBound
        return .bytes(Array(buffer[content]))
    }

    /// Makes room for an item of which `arrived` bytes are there.
    ///
    /// Not for all of it at once, since five bytes announce it: for at most eight times as much.
    /// In few steps, since a buffer that grows leaves holes of every size.
    private mutating func reserve(_ count: Int, for arrived: Int) {
        var step = Self.firstReserve
        while step <= 2 * arrived { step *= 4 }
        buffer.reserveCapacity(min(count, step))
    }

    private mutating func skip(_ count: Int) {
        toSkip -= UInt64(count)
        skipped += count
    }
}
