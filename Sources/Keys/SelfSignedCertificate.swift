public import Encoding

/// A certificate that an Ed25519 key signs for itself (RFC 5280, RFC 8410): a way to show the key
/// in a TLS handshake.
///
/// It vouches for nothing but that, has no name that means anything and no time at which it ends:
/// whoever takes it looks at the key.
public enum SelfSignedCertificate {
    /// 2.5.4.3, 2.5.29.15, 2.5.29.37 and 1.3.6.1.5.5.7.3.2.
    private static let commonName: [UInt8] = [0x55, 0x04, 0x03]
    private static let keyUsage: [UInt8] = [0x55, 0x1D, 0x0F]
    private static let extendedKeyUsage: [UInt8] = [0x55, 0x1D, 0x25]
    private static let clientAuthentication: [UInt8] = [
        0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02,
    ]

    /// Returns the certificate in DER; nil where the key is not Ed25519.
    ///
    /// - Parameter name: its common name, 1 to 64 ASCII characters.
    public static func der(of key: SigningKey, name: String) throws(SigningError) -> [UInt8]? {
        guard case .ed25519 = key.publicKey.material else { return nil }
        precondition((1...64).contains(name.utf8.count), "ub-common-name is 64 (RFC 5280 A.1)")
        let content = toBeSigned(key.publicKey, name)
        return DERWriter.sequence(
            content, KeyAlgorithm.ed25519.encoded, DERWriter.bitString(try key.sign(content)))
    }

    /// TBSCertificate of version 3 (RFC 5280 §4.1).
    private static func toBeSigned(_ key: COSEKey, _ text: String) -> [UInt8] {
        let name = DERWriter.sequence(
            DERWriter.value(
                DERTag.set,
                DERWriter.sequence(
                    DERWriter.value(DERTag.objectIdentifier, commonName),
                    DERWriter.value(DERTag.utf8String, Array(text.utf8)))))
        // From the beginning of time to the date that means "no end" (RFC 5280 §4.1.2.5).
        let validity = DERWriter.sequence(
            DERWriter.value(DERTag.utcTime, Array("700101000000Z".utf8)),
            DERWriter.value(DERTag.generalizedTime, Array("99991231235959Z".utf8)))
        return DERWriter.sequence(
            DERWriter.value(DERTag.zero, DERWriter.integer(2)), DERWriter.integer(1),
            KeyAlgorithm.ed25519.encoded, name, validity, name, PublicKeyDER.encode(key),
            DERWriter.value(DERTag.three, extensions))
    }

    /// For signatures (critical), by a client of TLS.
    private static var extensions: [UInt8] {
        DERWriter.sequence(
            DERWriter.sequence(
                DERWriter.value(DERTag.objectIdentifier, keyUsage),
                DERWriter.value(DERTag.boolean, [0xFF]),
                DERWriter.value(
                    DERTag.octetString, DERWriter.value(DERTag.bitString, [7, 0x80]))),
            DERWriter.sequence(
                DERWriter.value(DERTag.objectIdentifier, extendedKeyUsage),
                DERWriter.value(
                    DERTag.octetString,
                    DERWriter.sequence(
                        DERWriter.value(DERTag.objectIdentifier, clientAuthentication)))))
    }
}
