/// An integer of 256 bits, just enough of it to check and normalise signatures.
struct UInt256: Hashable {
    /// Limbs, most significant first.
    private let limbs: InlineLimbs

    private struct InlineLimbs: Hashable {
        var a, b, c, d: UInt64
    }

    /// Creates an integer of four limbs, most significant first.
    init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
        limbs = InlineLimbs(a: a, b: b, c: c, d: d)
    }

    /// Creates an integer from 32 bytes, most significant first.
    init(bigEndian bytes: ArraySlice<UInt8>) {
        precondition(bytes.count == 32, "256 bits are 32 bytes")
        func limb(_ index: Int) -> UInt64 {
            let start = bytes.startIndex + 8 * index
            return bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(limb(0), limb(1), limb(2), limb(3))
    }

    /// Creates an integer from 32 bytes, least significant first.
    init(littleEndian bytes: ArraySlice<UInt8>) {
        precondition(bytes.count == 32, "256 bits are 32 bytes")
        func limb(_ index: Int) -> UInt64 {
            let start = bytes.startIndex + 8 * index
            return bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(limb(3), limb(2), limb(1), limb(0))
    }

    /// Zero.
    static let zero = UInt256(0, 0, 0, 0)

    /// One.
    static let one = UInt256(0, 0, 0, 1)

    /// The limbs, least significant first.
    var littleEndianLimbs: (UInt64, UInt64, UInt64, UInt64) {
        (limbs.d, limbs.c, limbs.b, limbs.a)
    }

    /// The 32 bytes, most significant first.
    var bigEndianBytes: [UInt8] {
        [limbs.a, limbs.b, limbs.c, limbs.d].flatMap { limb in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: limb >> $0) }
        }
    }

    /// This number with its highest bit cleared.
    var withoutHighestBit: UInt256 {
        UInt256(limbs.a & .max >> 1, limbs.b, limbs.c, limbs.d)
    }

    /// Whether the highest bit is set.
    var highestBit: Bool { limbs.a >> 63 == 1 }

    /// Returns the difference, modulo 2^256.
    static func &- (left: UInt256, right: UInt256) -> UInt256 {
        func subtract(_ x: UInt64, _ y: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
            let (first, firstBorrow) = x.subtractingReportingOverflow(y)
            let (second, secondBorrow) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            return (second, firstBorrow || secondBorrow)
        }
        let (d, borrowD) = subtract(left.limbs.d, right.limbs.d, false)
        let (c, borrowC) = subtract(left.limbs.c, right.limbs.c, borrowD)
        let (b, borrowB) = subtract(left.limbs.b, right.limbs.b, borrowC)
        let (a, _) = subtract(left.limbs.a, right.limbs.a, borrowB)
        return UInt256(a, b, c, d)
    }
}

extension UInt256: Comparable {
    static func < (left: UInt256, right: UInt256) -> Bool {
        if left.limbs.a != right.limbs.a { return left.limbs.a < right.limbs.a }
        if left.limbs.b != right.limbs.b { return left.limbs.b < right.limbs.b }
        if left.limbs.c != right.limbs.c { return left.limbs.c < right.limbs.c }
        return left.limbs.d < right.limbs.d
    }
}
