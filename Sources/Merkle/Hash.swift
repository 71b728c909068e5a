/// A SHA-256 digest: of a leaf, of an inner node, of a whole tree, or of plain bytes.
///
/// Kept as four integers, so that comparing, copying and storing one never allocates. The first
/// byte of the digest is the most significant byte of `a`.
public struct Hash: Hashable, Sendable {
    /// The number of bytes in a digest.
    public static let byteCount = 32

    /// The root of the tree without leaves: the digest of no bytes (RFC 9162 §2.1.1).
    public static let emptyTree = Hash.sha256([])

    /// Thirty-two zero bytes, for places where a format asks for "no digest".
    public static let zero = Hash(a: 0, b: 0, c: 0, d: 0)

    @usableFromInline let a, b, c, d: UInt64

    init(a: UInt64, b: UInt64, c: UInt64, d: UInt64) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }

    /// Takes a digest as it is; `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(at: 0, of: bytes)
    }

    /// Takes a digest as it is; `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }

    /// Takes a digest as it is; `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes.span)
    }

    /// Splits bytes that are digests one after the other, as a tile is stored and served.
    ///
    /// Returns `nil` where the number of bytes is no multiple of 32.
    public static func list(_ bytes: Span<UInt8>) -> [Hash]? {
        guard bytes.count.isMultiple(of: byteCount) else { return nil }
        var hashes: [Hash] = []
        hashes.reserveCapacity(bytes.count / byteCount)
        for start in stride(from: 0, to: bytes.count, by: byteCount) {
            hashes.append(Hash(at: start, of: bytes))
        }
        return hashes
    }

    /// The digest as four integers, the first byte in the most significant place of the first.
    ///
    /// Inlinable, so that rows are sorted by their keys without a call for each comparison.
    @inlinable package var words: (UInt64, UInt64, UInt64, UInt64) { (a, b, c, d) }

    /// The digest's 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }
}

extension Hash: CustomStringConvertible {
    /// The digest as 64 lower-case hexadecimal digits.
    public var description: String {
        String(decoding: hexDigits, as: UTF8.self)
    }
}

extension Hash {
    /// The digest as 64 lower-case hexadecimal digits in ASCII.
    package var hexDigits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * Self.byteCount)
        Self.append(a, to: &digits)
        Self.append(b, to: &digits)
        Self.append(c, to: &digits)
        Self.append(d, to: &digits)
        return digits
    }

    private static func append(_ word: UInt64, to digits: inout [UInt8]) {
        for place in 1...16 as ClosedRange<UInt64> {
            let value = UInt8(truncatingIfNeeded: word >> (64 - 4 * place)) & 15
            digits.append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value)
        }
    }
}
