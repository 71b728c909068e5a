/// The bytes of a file, any part of which can be read.
package protocol PictureBytes {
    /// Number of bytes.
    var byteCount: UInt64 { get }

    /// Returns `count` bytes from `offset` on; both are inside of the file.
    func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8]
}

extension PictureBytes {
    /// Returns `count` bytes from `offset` on, or refuses a file that does not have them.
    func bytes(at offset: UInt64, count: UInt64) throws(PictureFault) -> [UInt8] {
        guard offset <= byteCount, count <= byteCount - offset, let count = Int(exactly: count)
        else { throw .outside }
        let bytes = try read(at: offset, count: count)
        guard bytes.count == count else { throw .outside }
        return bytes
    }

    /// Returns up to `count` bytes from the start of the file.
    func start(_ count: UInt64) throws(PictureFault) -> [UInt8] {
        try bytes(at: 0, count: min(count, byteCount))
    }
}

/// A file, or a part of one, that is in memory.
extension [UInt8]: PictureBytes {
    package var byteCount: UInt64 { UInt64(count) }

    package func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8] {
        guard let first = Int(exactly: offset), first <= self.count, count <= self.count - first
        else { throw .outside }
        return Array(self[first..<(first + count)])
    }
}

/// Which byte of a number comes first.
enum ByteOrder: Sendable {
    case little, big
}

/// Reads the numbers of a block of bytes, one after another.
struct FieldReader {
    private let bytes: ArraySlice<UInt8>
    private let order: ByteOrder
    private var position: Int

    init(_ bytes: some Sequence<UInt8>, _ order: ByteOrder = .big) {
        self.bytes = ArraySlice(bytes)
        self.order = order
        position = self.bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    /// Takes the next bytes.
    mutating func take(_ count: Int) throws(PictureFault) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw .outside }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// Takes a number of `size` bytes, 0 to 8.
    mutating func number(_ size: Int) throws(PictureFault) -> UInt64 {
        let field = try take(size)
        return switch order {
        case .big: field.reduce(0) { $0 << 8 | UInt64($1) }
        case .little: field.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
