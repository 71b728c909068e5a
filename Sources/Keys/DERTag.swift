/// The tags of the ASN.1 types that key files and certificates consist of (X.690 §8).
enum DERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectIdentifier: UInt8 = 0x06
    static let utf8String: UInt8 = 0x0c
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    /// PKCS #8 attributes, or the curve of a SEC 1 key: [0], constructed.
    static let zero: UInt8 = 0xa0
    /// The public key of a SEC 1 key: [1], constructed.
    static let one: UInt8 = 0xa1
    /// The extensions of a certificate: [3], constructed.
    static let three: UInt8 = 0xa3
    /// The public key in PKCS #8: [1], primitive (RFC 5958 §2).
    static let implicitOne: UInt8 = 0x81
}
