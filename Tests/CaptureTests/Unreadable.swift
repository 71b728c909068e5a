import Capture

/// A file of a disk that fails.
struct Unreadable: PictureBytes {
    let byteCount: UInt64 = 1 << 20

    func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8] {
        throw .unreadable
    }
}
