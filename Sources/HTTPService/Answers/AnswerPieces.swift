import Compression

/// What makes an answer a piece at a time.
package protocol AnswerPieces: Sendable {
    /// Returns the next bytes, about as many as the limit says and never none; nil at the end.
    mutating func next(byteLimit: Int) throws -> [UInt8]?
}

/// The same as gzip makes it, piece by piece.
struct DeflatedPieces: AnswerPieces {
    private var pieces: any AnswerPieces
    private var deflater: GzipDeflater?

    /// Goes on where a deflater stands.
    init(_ pieces: any AnswerPieces, _ deflater: GzipDeflater) {
        self.pieces = pieces
        self.deflater = deflater
    }

    mutating func next(byteLimit: Int) throws -> [UInt8]? {
        while var deflater {
            guard let piece = try pieces.next(byteLimit: byteLimit) else {
                self.deflater = nil
                return deflater.finish()
            }
            let bytes = deflater.deflate(piece)
            self.deflater = deflater
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }
}
