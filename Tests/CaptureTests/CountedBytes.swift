import Capture

/// A file that counts what is read of it, with zeros behind it that take no memory.
final class CountedBytes: PictureBytes {
    private let bytes: [UInt8]
    let byteCount: UInt64
    private(set) var readCount = 0

    init(_ bytes: [UInt8], padding: UInt64 = 0) {
        self.bytes = bytes
        byteCount = UInt64(bytes.count) + padding
    }

    func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8] {
        readCount += count
        return (0..<UInt64(count)).map { index in
            offset + index < UInt64(bytes.count) ? bytes[Int(offset + index)] : 0
        }
    }
}
