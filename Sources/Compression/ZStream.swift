import CZlib

/// One zlib stream, at an address that never changes: zlib keeps a pointer back to it.
///
/// zlib's FAQ 21: "zlib is thread-safe [...] you should only operate on any given zlib or gzip
/// stream from a single thread at a time." Its owners are structures that mutate it only while
/// they hold the one reference to it, and copy it first where they do not.
@safe
final class ZStream: @unchecked Sendable {
    /// Which way the bytes go.
    enum Direction {
        case inflating
        case deflating(GzipLevel)
    }

    /// What one call to zlib did.
    struct Step {
        /// zlib's return code.
        let code: Int32

        /// Number of bytes of the input that were used.
        let consumed: Int

        /// The bytes that came out.
        let output: [UInt8]

        /// Whether the output filled its room, so that zlib may hold back more.
        let isFull: Bool
    }

    private let direction: Direction
    private let stream: UnsafeMutablePointer<z_stream>

    /// Window of 32 KiB, the largest; 16 more asks for gzip's header and trailer and no other.
    private static let windowBits: Int32 = 15 + 16

    /// zlib's default, 256 KiB for a deflating stream.
    private static let memoryLevel: Int32 = 8

    /// Starts a stream.
    init(_ direction: Direction) {
        self.direction = direction
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let code: Int32
        switch direction {
        case .inflating:
            code = unsafe inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size)
        case .deflating(let level):
            code = unsafe deflateInit2_(
                stream, level.rawValue, Z_DEFLATED, Self.windowBits, Self.memoryLevel,
                Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        }
        precondition(code == Z_OK, "zlib has no memory, or is not the one it was built against")
    }

    /// Copies a stream where it stands.
    init(copying other: ZStream) {
        direction = other.direction
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code: Int32
        switch direction {
        case .inflating: code = unsafe inflateCopy(stream, other.stream)
        case .deflating: code = unsafe deflateCopy(stream, other.stream)
        }
        precondition(code == Z_OK, "zlib has no memory for the copy of a stream")
    }

    deinit {
        switch direction {
        case .inflating: _ = unsafe inflateEnd(stream)
        case .deflating: _ = unsafe deflateEnd(stream)
        }
        unsafe stream.deallocate()
    }

    /// What zlib says about the last failure; nil where it says nothing.
    var message: String? {
        guard let message = unsafe stream.pointee.msg else { return nil }
        return unsafe String(cString: message)
    }

    /// Gives `input` to zlib once and takes up to `capacity` bytes, at least 1, from it.
    func step(_ input: ArraySlice<UInt8>, flush: Int32, capacity: Int) -> Step {
        // zlib counts in 32 bits; the caller comes again with what was not used.
        let offered = min(input.count, 1 << 30)
        var code = Z_OK
        let output = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { room, filled in
            unsafe input.withUnsafeBufferPointer { bytes in
                // zlib does not write to its input; the pointer is mutable for old compilers.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(offered)
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(capacity)
                switch direction {
                case .inflating: code = unsafe inflate(stream, flush)
                case .deflating: code = unsafe deflate(stream, flush)
                }
                filled = unsafe capacity - Int(stream.pointee.avail_out)
            }
        }
        let left = unsafe Int(stream.pointee.avail_in)
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.next_out = nil
        return Step(
            code: code, consumed: offered - left, output: output,
            isFull: output.count == capacity)
    }

    /// Makes an inflating stream expect the next member of a gzip file.
    func expectMember() {
        let code = unsafe inflateReset(stream)
        precondition(code == Z_OK, "only inflating streams have members")
    }
}
