/// The rules about r and s that keep an ECDSA signature from having a second form.
///
/// With (r, s) also (r, n - s) verifies; only the one with the lower s is ours.
enum ES256Rules {
    /// n, the order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3).
    private static let order = UInt256(
        0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84,
        0xf3b9_cac2_fc63_2551)

    /// (n - 1) / 2, the largest s.
    private static let halfOrder = UInt256(
        0x7fff_ffff_8000_0000, 0x7fff_ffff_ffff_ffff, 0xde73_7d56_d38b_cf42,
        0x79dc_e561_7e31_92a8)

    /// Checks the 64 bytes r || s.
    static func check(_ signature: [UInt8]) throws(SignatureError) {
        let r = UInt256(bigEndian: signature[..<32])
        let s = UInt256(bigEndian: signature[32...])
        guard r != .zero, (r < order), s != .zero, (s < order) else { throw .nonCanonical }
        guard s <= halfOrder else { throw .highS }
    }

    /// Returns the signature of the same message with the lower s.
    static func normalized(_ signature: [UInt8]) -> [UInt8] {
        let s = UInt256(bigEndian: signature[32...])
        guard s > halfOrder else { return signature }
        return signature[..<32] + (order &- s).bigEndianBytes
    }
}
