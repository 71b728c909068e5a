import Crypto
import Encoding

/// Private keys in DER: PKCS #8 (RFC 5958) and SEC 1 (RFC 5915).
enum PrivateKeyDER {
    /// Reads PKCS #8 of version 1 or 2.
    ///
    ///     SEQUENCE { INTEGER 0 / 1, algorithm, OCTET STRING key, ? [0] attributes, ? [1] public }
    static func pkcs8(_ bytes: [UInt8]) throws(KeyFileError) -> SigningKey {
        var outer = DERReader(bytes, part: "the PKCS #8 structure")
        var reader = try outer.sequence()
        try outer.finish()
        let version = try reader.smallInteger()
        let algorithm = try KeyAlgorithm(&reader)
        let content = try reader.value(DERTag.octetString)
        _ = try reader.optional(DERTag.zero)
        let publicBits = try reader.optional(DERTag.implicitOne)
        try reader.finish()
        // RFC 5958 §2: the version says whether the public key is there.
        guard version == (publicBits == nil ? 0 : 1) else { throw reader.error }

        let key: SigningKey
        switch algorithm {
        case .ed25519: key = try ed25519(content)
        case .p256: key = try sec1(Array(content), isCurveNamed: true)
        case .mlDSA65: throw .unsupported("signing with ML-DSA-65")
        }
        if let publicBits {
            try check(key, hasPoint: try reader.bytes(ofBitString: publicBits))
        }
        return key
    }

    /// Reads a SEC 1 key.
    ///
    ///     SEQUENCE { INTEGER 1, OCTET STRING scalar, ? [0] curve, ? [1] BIT STRING public }
    ///
    /// - Parameter isCurveNamed: Whether the curve is known from outside, so that [0] may miss.
    static func sec1(
        _ bytes: [UInt8], isCurveNamed: Bool
    ) throws(KeyFileError) -> SigningKey {
        var outer = DERReader(bytes, part: "the SEC 1 structure")
        var reader = try outer.sequence()
        try outer.finish()
        guard try reader.smallInteger() == 1 else { throw reader.error }
        let scalar = Array(try reader.value(DERTag.octetString))
        if let parameters = try reader.optional(DERTag.zero) {
            var curve = DERReader(parameters, part: "the curve")
            guard let name = try curve.optional(DERTag.objectIdentifier) else {
                throw .unsupported("a curve without a name")
            }
            try KeyAlgorithm.check(curve: Array(name))
            try curve.finish()
        } else if !isCurveNamed {
            throw .malformed("the curve")
        }
        let publicBits = try reader.optional(DERTag.one)
        try reader.finish()

        guard scalar.count == 32, let p256 = try? P256.Signing.PrivateKey(rawRepresentation: scalar)
        else { throw .malformed("the private scalar") }
        let key = SigningKey.es256(p256)
        if let publicBits {
            var inner = DERReader(publicBits, part: "the public key")
            let point = try inner.bytes(ofBitString: try inner.value(DERTag.bitString))
            try inner.finish()
            try check(key, hasPoint: point)
        }
        return key
    }

    /// Reads the inner octet string of RFC 8410 §7.
    private static func ed25519(_ content: ArraySlice<UInt8>) throws(KeyFileError) -> SigningKey {
        var reader = DERReader(content, part: "the private key")
        let seed = Array(try reader.value(DERTag.octetString))
        try reader.finish()
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw reader.error
        }
        return .ed25519(key)
    }

    /// Checks that the public key stored beside `key` is its own.
    private static func check(
        _ key: SigningKey, hasPoint point: [UInt8]
    ) throws(KeyFileError) {
        guard try PublicKeyDER.material(KeyAlgorithm(key), point) == key.publicKey.material else {
            throw .mismatch
        }
    }

    /// Returns `key` as OpenSSL writes it: version 1, for P-256 with the public key inside.
    static func encode(_ key: SigningKey) -> [UInt8] {
        let inner: [UInt8]
        switch key {
        case .ed25519(let key):
            inner = DERWriter.value(DERTag.octetString, Array(key.rawRepresentation))
        case .es256(let key):
            inner = DERWriter.sequence(
                DERWriter.value(DERTag.integer, [1]),
                DERWriter.value(DERTag.octetString, Array(key.rawRepresentation)),
                DERWriter.value(
                    DERTag.one, DERWriter.bitString(Array(key.publicKey.x963Representation))))
        }
        return DERWriter.sequence(
            DERWriter.value(DERTag.integer, [0]), KeyAlgorithm(key).encoded,
            DERWriter.value(DERTag.octetString, inner))
    }
}

extension KeyAlgorithm {
    /// Returns the algorithm of a private key.
    init(_ key: SigningKey) {
        switch key {
        case .ed25519: self = .ed25519
        case .es256: self = .p256
        }
    }
}
