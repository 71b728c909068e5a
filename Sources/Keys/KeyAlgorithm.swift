/// An AlgorithmIdentifier of a key that is used here (RFC 8410 §3, RFC 5480 §2.1, RFC 9881 §2).
enum KeyAlgorithm: CaseIterable {
    case ed25519
    case p256
    case mlDSA65

    /// Reads an AlgorithmIdentifier from `reader`.
    init(_ reader: inout DERReader) throws(KeyFileError) {
        var identifier = try reader.sequence()
        let algorithm = Array(try identifier.value(DERTag.objectIdentifier))
        switch algorithm {
        case Self.ed25519Identifier:
            self = .ed25519
        case Self.mlDSA65Identifier:
            self = .mlDSA65
        case Self.ecIdentifier:
            // A curve spelled out as a sequence of parameters is none that we know.
            guard let curve = try identifier.optional(DERTag.objectIdentifier) else {
                throw .unsupported("a curve without a name")
            }
            try Self.check(curve: Array(curve))
            self = .p256
        default:
            throw .unsupported(Self.otherNames[algorithm] ?? "this kind of key")
        }
        try identifier.finish()
    }

    /// Checks that a curve is P-256.
    static func check(curve: [UInt8]) throws(KeyFileError) {
        guard curve == p256Identifier else {
            throw .unsupported(otherNames[curve] ?? "this curve")
        }
    }

    /// The AlgorithmIdentifier.
    var encoded: [UInt8] {
        func identifier(_ content: [UInt8]) -> [UInt8] {
            DERWriter.value(DERTag.objectIdentifier, content)
        }
        return switch self {
        case .ed25519: DERWriter.sequence(identifier(Self.ed25519Identifier))
        case .mlDSA65: DERWriter.sequence(identifier(Self.mlDSA65Identifier))
        case .p256:
            DERWriter.sequence(identifier(Self.ecIdentifier), identifier(Self.p256Identifier))
        }
    }

    // 1.3.101.112
    private static let ed25519Identifier: [UInt8] = [0x2b, 0x65, 0x70]
    // 1.2.840.10045.2.1
    private static let ecIdentifier: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
    // 1.2.840.10045.3.1.7
    private static let p256Identifier: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
    // 2.16.840.1.101.3.4.3.18
    private static let mlDSA65Identifier: [UInt8] = [
        0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12,
    ]

    /// Names of what people may try instead.
    private static let otherNames: [[UInt8]: String] = [
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]: "RSA",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]: "RSA-PSS",
        [0x2b, 0x65, 0x6e]: "X25519",
        [0x2b, 0x65, 0x71]: "Ed448",
        [0x2b, 0x81, 0x04, 0x00, 0x0a]: "secp256k1",
        [0x2b, 0x81, 0x04, 0x00, 0x22]: "P-384",
        [0x2b, 0x81, 0x04, 0x00, 0x23]: "P-521",
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11]: "ML-DSA-44",
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13]: "ML-DSA-87",
    ]
}
