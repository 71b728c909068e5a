import Manifests

/// What `colophon-decode` writes about a picture: 264 bytes, and nothing else.
///
///     offset  bytes
///          0      4   "PDQ1"
///          4      1   0 for hashes, else a number of the table `reasons`
///          5      1   quality, 0 to 100; 0 without hashes
///          6      2   0
///          8    256   eight hashes of 32 bytes, each with its highest bit first; 0 without hashes
enum DecoderAnswer {
    static let byteCount = headBytes + PictureHashes.count * hashBytes

    private static let headBytes = 8
    private static let hashBytes = PDQHash.bitCount / 8
    private static let mark = Array("PDQ1".utf8)

    /// Why there are no hashes, by number: the same as `enum reason` of `colophon-decode`.
    private static let reasons: [UInt8: PictureLook.Reason] = [
        1: .noSandbox, 2: .format, 3: .tooLarge, 4: .tooManyScans, 5: .animated, 6: .damaged,
        7: .unreadable,
    ]

    /// Reads an answer; what has another form says nothing about the picture.
    static func look(_ bytes: [UInt8]) -> PictureLook {
        guard bytes.count == byteCount, bytes.starts(with: mark), bytes[6] == 0, bytes[7] == 0
        else { return .unavailable(.garbled) }
        let quality = Int(bytes[5])
        let hashes = bytes[headBytes...]
        guard bytes[4] == 0 else {
            guard let reason = reasons[bytes[4]], quality == 0, hashes.allSatisfy({ $0 == 0 })
            else { return .unavailable(.garbled) }
            return .unavailable(reason)
        }
        guard quality >= PictureHashes.leastQuality else { return .tooPlain(quality: quality) }
        let all = stride(from: headBytes, to: byteCount, by: hashBytes).compactMap { start in
            PDQHash(bytes: Array(bytes[start..<(start + hashBytes)]))
        }
        return PictureHashes(all, quality: quality).map { .hashed($0) } ?? .unavailable(.garbled)
    }
}
