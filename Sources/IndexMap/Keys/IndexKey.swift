public import Merkle

/// Where the map keeps the entries of one name: a hash, whole and never shortened (index.md §1).
///
/// Its first bits are the way from the root of the map, its last 8 bytes are its ``tag``.
public struct IndexKey: Hashable, Sendable {
    /// The number of bits, and the depth that no node of the map can pass.
    public static let bitCount = 256

    /// The key as a digest.
    public let hash: Hash

    /// Takes a key as it is.
    public init(_ hash: Hash) {
        self.hash = hash
    }

    /// Computes the key of a value that the caller has found to be well formed:
    /// SHA-256("colophon/index/v1" || 0x00 || kind (1 byte) || value).
    init(_ kind: IndexKind, _ value: [UInt8]) {
        var bytes = Self.start(kind, valueByteCount: value.count)
        bytes += value
        hash = .sha256(bytes)
    }

    /// Computes the key of an artifact.
    init(artifact digest: Hash) {
        var bytes = Self.start(.artifact, valueByteCount: Hash.byteCount)
        digest.append(to: &bytes)
        hash = .sha256(bytes)
    }

    /// Computes the key of a value that the caller has found to be well formed, in place.
    ///
    /// - Parameter value: as ``IndexName`` has it: the bytes of a digest or of a URI.
    package init(_ kind: IndexKind, wellFormed value: Span<UInt8>) {
        var bytes = Self.start(kind, valueByteCount: value.count)
        for place in 0..<value.count { bytes.append(value[place]) }
        hash = .sha256(bytes)
    }

    /// What is hashed before the value, with room for that.
    private static func start(_ kind: IndexKind, valueByteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(domain.count + 1 + valueByteCount)
        bytes += domain
        bytes.append(kind.rawValue)
        return bytes
    }

    private static let domain = Array("colophon/index/v1\0".utf8)

    /// The last 8 bytes, big-endian: what a record of a bucket shows of its key.
    public var tag: UInt64 { hash.words.3 }

    /// Returns bit `depth`: bit 7 - depth mod 8 of byte depth / 8.
    ///
    /// - Parameter depth: 0 to 255.
    public func bit(at depth: Int) -> Bool {
        precondition((0..<Self.bitCount).contains(depth), "a key has 256 bits")
        return (word(depth >> 6) >> UInt64(63 - depth & 63)) & 1 == 1
    }

    /// Returns how many first bits both keys share: 0 to 256.
    public func commonBits(with other: IndexKey) -> Int {
        for place in 0..<4 {
            let difference = word(place) ^ other.word(place)
            if difference != 0 { return 64 * place + difference.leadingZeroBitCount }
        }
        return Self.bitCount
    }

    /// Returns the key that differs in bit `depth` alone, 0 to 255.
    package func flipped(at depth: Int) -> IndexKey {
        var bytes = hash.bytes
        bytes[depth / 8] ^= 0x80 >> UInt8(depth % 8)
        guard let hash = Hash(bytes) else { preconditionFailure("a key has 32 bytes") }
        return IndexKey(hash)
    }

    private func word(_ place: Int) -> UInt64 {
        let words = hash.words
        return switch place {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }
}

extension IndexKey: Comparable {
    /// Orders keys by their bytes.
    public static func < (left: IndexKey, right: IndexKey) -> Bool {
        let (left, right) = (left.hash.words, right.hash.words)
        if left.0 != right.0 { return left.0 < right.0 }
        if left.1 != right.1 { return left.1 < right.1 }
        if left.2 != right.2 { return left.2 < right.2 }
        return left.3 < right.3
    }
}
