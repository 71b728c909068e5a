public import Encoding

/// A perceptual hash of a picture: PDQ, 256 bits (Meta's ThreatExchange, `pdq/README.md`).
///
/// Two pictures that look alike have hashes that differ in few bits. That is likeness, and never
/// identity.
public struct PDQHash: Hashable, Sendable {
    /// The number of bits.
    public static let bitCount = 256

    // Words, and no vector of 32 bytes: the frames of asynchronous functions do not align those.
    private let (word0, word1, word2, word3): (UInt64, UInt64, UInt64, UInt64)

    /// Creates the hash of these words: bits 0 to 63, 64 to 127, 128 to 191 and 192 to 255, each
    /// with its lowest bit first.
    public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }

    /// Bits 0 to 63, 64 to 127, 128 to 191 and 192 to 255, each with its lowest bit first.
    public var words: [4 of UInt64] { [word0, word1, word2, word3] }

    /// Reads 64 lower-case hexadecimal digits, the highest bit first; nil for anything else.
    public init?(_ text: Text) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads 32 bytes, the highest bit first; nil for another number of bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.bitCount / 8 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() {
            words[3 - index / 8] = words[3 - index / 8] << 8 | UInt64(byte)
        }
        self.init(words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes, the highest bit first.
    public var bytes: [UInt8] {
        let words = words
        return (0..<Self.bitCount / 8).map { index in
            UInt8(truncatingIfNeeded: words[3 - index / 8] >> (56 - 8 * UInt64(index % 8)))
        }
    }

    /// The number of bits that differ, 0 to 256: the Hamming distance.
    public func distance(to other: Self) -> Int {
        let (words, others) = (words, other.words)
        return (0..<4).reduce(0) { $0 + (words[$1] ^ others[$1]).nonzeroBitCount }
    }
}

extension PDQHash: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits, the highest bit first.
    public var description: String { Hex.encode(bytes) }
}
