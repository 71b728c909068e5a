import Crypto
import Encoding

/// Public keys in DER: SubjectPublicKeyInfo (RFC 5280 §4.1).
enum PublicKeyDER {
    /// Reads a public key.
    ///
    ///     SEQUENCE { algorithm, BIT STRING key }
    static func decode(_ bytes: [UInt8]) throws(KeyFileError) -> COSEKey {
        var outer = DERReader(bytes, part: "the public key structure")
        var reader = try outer.sequence()
        try outer.finish()
        let algorithm = try KeyAlgorithm(&reader)
        let content = try reader.bytes(ofBitString: try reader.value(DERTag.bitString))
        try reader.finish()
        let material = try material(algorithm, content)
        do throws(COSEKeyError) {
            return try COSEKey(material)
        } catch {
            throw .refused(error)
        }
    }

    /// Returns the key that a bit string holds.
    static func material(
        _ algorithm: KeyAlgorithm, _ content: [UInt8]
    ) throws(KeyFileError) -> COSEKey.Material {
        switch algorithm {
        case .ed25519: return .ed25519(content)
        case .mlDSA65: return .mlDSA65(content)
        case .p256:
            // 2 and 3 are the compressed forms (SEC 1 §2.3.3), which OpenSSL writes on demand.
            if content.first == 2 || content.first == 3 {
                guard
                    let key = try? P256.Signing.PublicKey(compressedRepresentation: content)
                else { throw .refused(.notOnCurve) }
                return try material(.p256, Array(key.x963Representation))
            }
            guard content.count == 65, content.first == 4 else {
                throw .malformed("the public point")
            }
            return .p256(x: Array(content[1..<33]), y: Array(content[33...]))
        }
    }

    /// Returns `key` as OpenSSL writes it.
    static func encode(_ key: COSEKey) -> [UInt8] {
        switch key.material {
        case .ed25519(let bytes):
            DERWriter.sequence(KeyAlgorithm.ed25519.encoded, DERWriter.bitString(bytes))
        case .p256(let x, let y):
            DERWriter.sequence(KeyAlgorithm.p256.encoded, DERWriter.bitString([4] + x + y))
        case .mlDSA65(let bytes):
            DERWriter.sequence(KeyAlgorithm.mlDSA65.encoded, DERWriter.bitString(bytes))
        }
    }
}
