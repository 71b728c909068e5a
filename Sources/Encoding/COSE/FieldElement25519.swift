/// An integer modulo p = 2^255 - 19, in five limbs of 51 bits.
///
/// Only for the question whether a public key lies on the curve: keys are checked once.
struct FieldElement25519 {
    /// Limbs, least significant first, each below 2^54.
    private let limbs: (UInt64, UInt64, UInt64, UInt64, UInt64)

    private static let mask: UInt64 = (1 << 51) - 1

    private init(limbs: (UInt64, UInt64, UInt64, UInt64, UInt64)) {
        self.limbs = limbs
    }

    /// Creates the element for a number below 2^51.
    init(small value: UInt64) {
        limbs = (value, 0, 0, 0, 0)
    }

    /// Creates the element for a number below 2^255.
    init(_ value: UInt256) {
        let (a, b, c, d) = value.littleEndianLimbs
        let mask = Self.mask
        limbs = (
            a & mask, (a >> 51 | b << 13) & mask, (b >> 38 | c << 26) & mask,
            (c >> 25 | d << 39) & mask, d >> 12
        )
    }

    /// Returns the product.
    static func * (left: FieldElement25519, right: FieldElement25519) -> FieldElement25519 {
        let (a0, a1, a2, a3, a4) = left.limbs
        let (b0, b1, b2, b3, b4) = right.limbs
        func times(_ x: UInt64, _ y: UInt64) -> UInt128 { UInt128(x) * UInt128(y) }
        // 2^255 = 19 (mod p): what lies five limbs up counts nineteen times.
        let high0 = times(a1, b4) + times(a2, b3) + times(a3, b2) + times(a4, b1)
        let high1 = times(a2, b4) + times(a3, b3) + times(a4, b2)
        let high2 = times(a3, b4) + times(a4, b3)
        let high3 = times(a4, b4)
        let low0 = times(a0, b0)
        let low1 = times(a0, b1) + times(a1, b0)
        let low2 = times(a0, b2) + times(a1, b1) + times(a2, b0)
        let low3 = times(a0, b3) + times(a1, b2) + times(a2, b1) + times(a3, b0)
        let low4 =
            times(a0, b4) + times(a1, b3) + times(a2, b2) + times(a3, b1) + times(a4, b0)
        return carried(
            low0 + 19 * high0, low1 + 19 * high1, low2 + 19 * high2, low3 + 19 * high3, low4)
    }

    /// Returns the difference.
    static func - (left: FieldElement25519, right: FieldElement25519) -> FieldElement25519 {
        // 8p, limb by limb, is more than any limb of `right`.
        let first = 8 * (mask - 18)
        let other = 8 * mask
        let (a0, a1, a2, a3, a4) = left.limbs
        let (b0, b1, b2, b3, b4) = right.limbs
        return carried(
            UInt128(a0 + first - b0), UInt128(a1 + other - b1), UInt128(a2 + other - b2),
            UInt128(a3 + other - b3), UInt128(a4 + other - b4))
    }

    /// Returns an element whose limbs are below 2^52.
    private static func carried(
        _ c0: UInt128, _ c1: UInt128, _ c2: UInt128, _ c3: UInt128, _ c4: UInt128
    ) -> FieldElement25519 {
        let mask = UInt128(mask)
        let d1 = c1 + (c0 >> 51)
        let d2 = c2 + (d1 >> 51)
        let d3 = c3 + (d2 >> 51)
        let d4 = c4 + (d3 >> 51)
        let d0 = (c0 & mask) + 19 * (d4 >> 51)
        return FieldElement25519(
            limbs: (
                UInt64(d0 & mask), UInt64((d1 & mask) + (d0 >> 51)), UInt64(d2 & mask),
                UInt64(d3 & mask), UInt64(d4 & mask)
            ))
    }

    /// Whether this is zero or the square of an element, by Euler's criterion.
    var isSquare: Bool {
        // (p - 1) / 2 = 2^254 - 10: from the top, 250 ones and then 0110.
        var power = FieldElement25519(small: 1)
        for bit in stride(from: 253, through: 0, by: -1) {
            power = power * power
            if bit > 3 || bit == 2 || bit == 1 {
                power = power * self
            }
        }
        return power.isZero || (power - FieldElement25519(small: 1)).isZero
    }

    /// Whether this is a multiple of p.
    private var isZero: Bool {
        // Once more through the carries, so that all limbs but the second are below 2^51.
        let settled = self * FieldElement25519(small: 1)
        let (a, b, c, d, e) = settled.limbs
        if (a | b | c | d | e) == 0 { return true }
        return a == Self.mask - 18 && b == Self.mask && c == b && d == b && e == b
    }
}
