import Encoding
import Manifests
import Merkle

/// Moves over the deterministic CBOR items of a leaf, of which each has its one place; each read
/// returns nil or false for anything else (encoding.md §2).
struct LeafCursor {
    /// Bytes of a digest as an item: a head of two, and itself.
    static let digestItemBytes = 2 + Hash.byteCount

    private(set) var offset: Int
    private let end: Int

    init(in range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { offset == end }

    /// The next byte.
    mutating func byte(_ leaf: Span<UInt8>) -> UInt8? {
        guard offset < end else { return nil }
        defer { offset += 1 }
        return leaf[offset]
    }

    /// Moves over one byte, which must be this one.
    mutating func take(_ expected: UInt8, _ leaf: Span<UInt8>) -> Bool {
        byte(leaf) == expected
    }

    /// Moves over these bytes, which must be next.
    mutating func take(_ expected: [UInt8], _ leaf: Span<UInt8>) -> Bool {
        guard expected.count <= end - offset else { return false }
        for place in 0..<expected.count where leaf[offset + place] != expected[place] {
            return false
        }
        offset += expected.count
        return true
    }

    /// Reads the argument of an item of this kind, which must have its shortest form.
    mutating func argument(of kind: CBOR.Major, _ leaf: Span<UInt8>) -> UInt64? {
        guard let initial = byte(leaf), initial >> 5 == kind.rawValue else { return nil }
        let information = initial & 31
        guard information >= 24 else { return UInt64(information) }
        guard information <= 27 else { return nil }
        let count = 1 << Int(information - 24)
        guard count <= end - offset else { return nil }
        var argument: UInt64 = 0
        for place in offset..<(offset + count) { argument = argument << 8 | UInt64(leaf[place]) }
        offset += count
        let smallest: UInt64 =
            information == 24 ? 24 : 1 << (UInt64(4) << UInt64(information - 24))
        return argument >= smallest ? argument : nil
    }

    /// Reads an integer that every JSON reader can hold exactly.
    mutating func integer(_ leaf: Span<UInt8>) -> UInt64? {
        guard let value = argument(of: .unsigned, leaf), value <= Limits.largestInteger else {
            return nil
        }
        return value
    }

    /// Reads a string of this kind and returns where its content is.
    mutating func string(_ kind: CBOR.Major, _ leaf: Span<UInt8>) -> LeafPlace? {
        guard let count = argument(of: kind, leaf), count <= UInt64(end - offset) else {
            return nil
        }
        defer { offset += Int(count) }
        return LeafPlace(offset..<(offset + Int(count)))
    }

    /// Reads a string of so many bytes.
    mutating func bytes(_ count: Int, _ leaf: Span<UInt8>) -> LeafPlace? {
        guard let place = string(.bytes, leaf), place.range.count == count else { return nil }
        return place
    }

    /// Reads the URI of an issuer, a thread or a ledger.
    mutating func uri(_ leaf: Span<UInt8>, needsScheme: Bool = false) -> LeafPlace? {
        guard let place = string(.text, leaf),
            IdentifierURI.isAllowed(leaf.extracting(place.range), needsScheme: needsScheme)
        else { return nil }
        return place
    }
}
