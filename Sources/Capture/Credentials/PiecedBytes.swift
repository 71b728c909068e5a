/// Pieces of a file, read as if they lay side by side.
struct PiecedBytes<Source: PictureBytes>: PictureBytes {
    private let source: Source
    private let pieces: [Range<UInt64>]

    let byteCount: UInt64

    /// Takes pieces that lie inside of the file.
    init(_ source: Source, _ pieces: [Range<UInt64>]) {
        self.source = source
        self.pieces = pieces
        byteCount = pieces.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    }

    func read(at offset: UInt64, count: Int) throws(PictureFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var skipped = offset
        for piece in pieces {
            let length = piece.upperBound - piece.lowerBound
            guard skipped < length else {
                skipped -= length
                continue
            }
            let rest = min(UInt64(count - bytes.count), length - skipped)
            bytes += try source.bytes(at: piece.lowerBound + skipped, count: rest)
            guard bytes.count < count else { break }
            skipped = 0
        }
        return bytes
    }
}
