import Crypto

/// All unsafe code of this target: bytes go from memory straight into the hasher and the digest
/// back into four integers, without an array between them. Every pointer here lives for one
/// closure, over memory that Swift itself owns and whose length it knows.
extension Hash {
    /// Returns the hash of a leaf that holds `entry`: SHA-256(0x00 || entry) (RFC 9162 §2.1.1).
    public static func leaf(_ entry: [UInt8]) -> Hash {
        leaf(entry.span)
    }

    /// Returns the hash of a leaf that holds `entry`: SHA-256(0x00 || entry) (RFC 9162 §2.1.1).
    public static func leaf(_ entry: ArraySlice<UInt8>) -> Hash {
        leaf(entry.span)
    }

    /// Returns the hash of a leaf that holds `entry`: SHA-256(0x00 || entry) (RFC 9162 §2.1.1).
    public static func leaf(_ entry: Span<UInt8>) -> Hash {
        var prefix: UInt8 = 0
        var hasher = SHA256()
        unsafe withUnsafeBytes(of: &prefix) { unsafe hasher.update(bufferPointer: $0) }
        return digest(of: entry, following: &hasher)
    }

    /// Returns the hash of the inner node over `left` and `right`:
    /// SHA-256(0x01 || left || right) (RFC 9162 §2.1.1).
    public static func node(_ left: Hash, _ right: Hash) -> Hash {
        pair(1, left, right)
    }

    /// Returns the hash of a leaf that holds `number` as 8 bytes, big-endian.
    package static func leaf(_ number: UInt64) -> Hash {
        digest(of: (UInt64(0), number.bigEndian))
    }

    /// Returns SHA-256(prefix || left || right), for trees whose nodes must not pass for others.
    package static func pair(_ prefix: UInt8, _ left: Hash, _ right: Hash) -> Hash {
        digest(
            of: (
                UInt64(prefix).bigEndian,
                left.a.bigEndian, left.b.bigEndian, left.c.bigEndian, left.d.bigEndian,
                right.a.bigEndian, right.b.bigEndian, right.c.bigEndian, right.d.bigEndian
            ))
    }

    /// Returns SHA-256(prefix || left || number || right), the number as 8 bytes, big-endian.
    package static func pair(
        _ prefix: UInt8, _ left: Hash, _ number: UInt64, _ right: Hash
    ) -> Hash {
        digest(
            of: (
                UInt64(prefix).bigEndian,
                left.a.bigEndian, left.b.bigEndian, left.c.bigEndian, left.d.bigEndian,
                number.bigEndian,
                right.a.bigEndian, right.b.bigEndian, right.c.bigEndian, right.d.bigEndian
            ))
    }

    /// Returns SHA-256(prefix || last || first || second), a link of a chain of pairs of numbers,
    /// each as 8 bytes, big-endian.
    package static func link(
        _ prefix: UInt8, _ last: Hash, _ first: UInt64, _ second: UInt64
    ) -> Hash {
        digest(
            of: (
                UInt64(prefix).bigEndian,
                last.a.bigEndian, last.b.bigEndian, last.c.bigEndian, last.d.bigEndian,
                first.bigEndian, second.bigEndian
            ))
    }

    /// Returns the plain SHA-256 digest of `bytes`; no leaf and no node of a tree.
    public static func sha256(_ bytes: [UInt8]) -> Hash {
        sha256(bytes.span)
    }

    /// Returns the plain SHA-256 digest of `bytes`; no leaf and no node of a tree.
    public static func sha256(_ bytes: ArraySlice<UInt8>) -> Hash {
        sha256(bytes.span)
    }

    /// Returns the plain SHA-256 digest of `bytes`; no leaf and no node of a tree.
    public static func sha256(_ bytes: Span<UInt8>) -> Hash {
        var hasher = SHA256()
        return digest(of: bytes, following: &hasher)
    }

    /// Appends the digest's 32 bytes to `bytes`.
    public func append(to bytes: inout [UInt8]) {
        let words = (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Takes the 32 bytes at `start`; the caller has checked that they are there.
    init(at start: Int, of bytes: Span<UInt8>) {
        let bytes = bytes.extracting(start..<(start + Self.byteCount))
        self = unsafe bytes.withUnsafeBytes { unsafe Hash(loading: $0) }
    }

    /// Returns the digest of big-endian words, of which the first gives only its last byte: all
    /// stores are aligned, and the hasher sees its bytes in one piece.
    private static func digest<Words: BitwiseCopyable>(of words: Words) -> Hash {
        var words = words
        var hasher = SHA256()
        unsafe withUnsafeBytes(of: &words) { bytes in
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[7...]))
        }
        return Hash(hasher.finalize())
    }

    private static func digest(of bytes: Span<UInt8>, following hasher: inout SHA256) -> Hash {
        unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return Hash(hasher.finalize())
    }

    private init(_ digest: SHA256.Digest) {
        self = unsafe digest.withUnsafeBytes { unsafe Hash(loading: $0) }
    }

    private init(loading bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a SHA-256 digest has 32 bytes")
        unsafe self.init(
            a: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            b: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            c: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            d: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }
}
