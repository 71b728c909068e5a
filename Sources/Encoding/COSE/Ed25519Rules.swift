/// The rules about points and scalars that RFC 8032 leaves to the verifier.
///
/// A point is 32 bytes: y, least significant byte first, and in the highest bit the sign of x
/// (RFC 8032 §5.1.2). Everything checked here is public, so nothing runs in constant time.
enum Ed25519Rules {
    /// The fault in the encoding of a point.
    enum PointFault: Hashable {
        /// y is not below p, or the sign bit is set where x is zero.
        case nonCanonical

        /// Eight times the point is the neutral element.
        case smallOrder
    }

    /// Returns what is wrong with the encoding of a point; nil if nothing is.
    ///
    /// Does not find out whether the curve has a point with that y.
    static func fault(ofPoint bytes: ArraySlice<UInt8>) -> PointFault? {
        let encoding = UInt256(littleEndian: bytes)
        let y = encoding.withoutHighestBit
        guard y < prime else { return .nonCanonical }
        // x is zero exactly where y is 1 or -1.
        if encoding.highestBit, y == .one || y == prime &- .one { return .nonCanonical }
        return smallOrder.contains(y) ? .smallOrder : nil
    }

    /// Whether `bytes` are a scalar below the group's order (RFC 8032 §5.1.7, step 1).
    static func isCanonical(scalar bytes: ArraySlice<UInt8>) -> Bool {
        UInt256(littleEndian: bytes) < order
    }

    /// Whether the curve has points with the y that `bytes` encode (RFC 8032 §5.1.3).
    static func isOnCurve(_ bytes: ArraySlice<UInt8>) -> Bool {
        let y = FieldElement25519(UInt256(littleEndian: bytes).withoutHighestBit)
        let ySquared = y * y
        // x² = (y² - 1) / (d y² + 1) with d = -121665/121666. Times 121666² and the square of
        // the denominator, neither of which changes whether it is a square.
        let numerator = ySquared - FieldElement25519(small: 1)
        let denominator =
            FieldElement25519(small: 121_666) - FieldElement25519(small: 121_665) * ySquared
        return (numerator * denominator * FieldElement25519(small: 121_666)).isSquare
    }

    /// p = 2^255 - 19.
    static let prime = UInt256(0x7fff_ffff_ffff_ffff, .max, .max, 0xffff_ffff_ffff_ffed)

    /// L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032 §5.1).
    private static let order = UInt256(
        0x1000_0000_0000_0000, 0, 0x14de_f9de_a2f7_9cd6, 0x5812_631a_5cf5_d3ed)

    /// y of the points whose order divides 8: the neutral element, one point of order 2, two of
    /// order 4 and four of order 8 (each y has both signs of x).
    private static let smallOrder: [UInt256] = [
        .one, prime &- .one, .zero, orderEight, prime &- orderEight,
    ]

    private static let orderEight = UInt256(
        0x05fc_536d_8802_38b1, 0x3933_c6d3_05ac_dfd5, 0xf098_eff2_89f4_c345,
        0xb027_b2c2_8f95_e826)
}
