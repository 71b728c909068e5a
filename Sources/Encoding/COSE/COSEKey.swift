import Crypto

/// A public key with the one encoding that its thumbprint hashes (RFC 9052 §7, RFC 9679).
///
/// A value of this type is usable: its point is canonical, on the curve and not of small order.
///
///     Ed25519    {1: 1, -1: 6, -2: x}
///     P-256      {1: 2, -1: 1, -2: x, -3: y}
///     ML-DSA-65  {1: 7, 3: -49, -1: pub}
public struct COSEKey: Sendable {
    /// The parts of a public key.
    public enum Material: Hashable, Sendable {
        /// The point's encoding, 32 bytes (RFC 8032 §5.1.2).
        case ed25519([UInt8])

        /// The point's coordinates, 32 bytes each, most significant first.
        case p256(x: [UInt8], y: [UInt8])

        /// The key as FIPS 204 encodes it, 1952 bytes.
        case mlDSA65([UInt8])
    }

    /// The parts of the key.
    public let material: Material

    /// The deterministic COSE_Key with only the members of the thumbprint.
    public let encoded: [UInt8]

    /// SHA-256 of ``encoded``, 32 bytes: the key's kid.
    public let thumbprint: [UInt8]

    /// Creates a key after checking its point.
    public init(_ material: Material) throws(COSEKeyError) {
        try Self.check(material)
        self.init(unchecked: material)
    }

    /// Creates a key that came out of a private key.
    init(unchecked material: Material) {
        self.material = material
        encoded = Self.members(of: material).encoded()
        thumbprint = Array(SHA256.hash(data: encoded))
    }

    /// Reads a COSE_Key that has the members of the thumbprint and no other.
    public init(encoded bytes: [UInt8]) throws(COSEKeyError) {
        let item: CBOR
        do throws(CBORError) {
            item = try CBOR.decode(bytes)
        } catch {
            throw .encoding(error)
        }
        guard case .map(let members) = item else { throw .wrongMembers }
        try self.init(members: members)
    }

    /// Reads the text form: ``encoded`` in base64url without padding.
    public init(string: Text) throws(COSEKeyError) {
        guard let bytes = Base64.decodeURL(string.utf8) else { throw .notBase64 }
        try self.init(encoded: bytes)
    }

    /// The text form: ``encoded`` in base64url without padding.
    public var string: String { Base64.encodeURL(encoded) }

    /// The algorithm of every signature under this key.
    public var algorithm: COSEAlgorithm {
        switch material {
        case .ed25519: .edDSA
        case .p256: .es256
        case .mlDSA65: .mlDSA65
        }
    }

    /// Returns the key in the form that checks signatures.
    public func verificationKey() throws(COSEKeyError) -> VerificationKey {
        try VerificationKey(self)
    }
}

extension COSEKey: Hashable, CustomStringConvertible {
    /// Whether both are the same key.
    public static func == (left: COSEKey, right: COSEKey) -> Bool {
        left.thumbprint == right.thumbprint
    }

    /// Feeds the thumbprint to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(thumbprint)
    }

    /// The text form.
    public var description: String { string }
}

// MARK: - Key sets

extension COSEKey {
    /// Reads a member of a COSE_KeySet: the members of the thumbprint, kid and alg.
    public init(keySetMember members: CBORMap) throws(COSEKeyError) {
        let isAKP = members[1] == .int(7)
        let bare = members.setting(2, to: nil)
        try self.init(members: isAKP ? bare : bare.setting(3, to: nil))
        guard members[2] == .bytes(thumbprint) else { throw .wrongThumbprint }
        guard members[3] == .int(algorithm.rawValue) else { throw .wrongAlgorithm }
    }

    /// The key as a member of a COSE_KeySet: the members of the thumbprint, 2: kid and 3: alg.
    public var keySetMember: CBOR {
        let members = Self.members(of: material)
        return .map(
            members.setting(2, to: .bytes(thumbprint))
                .setting(3, to: .int(algorithm.rawValue)))
    }
}

// MARK: - Members

extension COSEKey {
    /// Length of an ML-DSA-65 public key in bytes (FIPS 204, table 2).
    private static let mlDSA65ByteCount = 1952

    /// Reads a key's members, of which each belongs to its thumbprint.
    private init(members: CBORMap) throws(COSEKeyError) {
        func bytes(_ label: Int64) throws(COSEKeyError) -> [UInt8] {
            guard let value = members[label]?.bytesValue else { throw .wrongMembers }
            return value
        }
        guard let type = members[1]?.integer else { throw .wrongMembers }
        let material: Material
        // AKP keys name an algorithm (RFC 9964 §4), the others a curve.
        switch (type, members[type == 7 ? 3 : -1]?.integer) {
        case (1, 6): material = .ed25519(try bytes(-2))
        case (2, 1): material = .p256(x: try bytes(-2), y: try bytes(-3))
        case (7, -49): material = .mlDSA65(try bytes(-1))
        case (1, nil), (2, nil), (7, nil): throw .wrongMembers
        default: throw .unsupported
        }
        guard members == Self.members(of: material) else { throw .wrongMembers }
        try self.init(material)
    }

    /// Returns the members that the thumbprint hashes (RFC 9679 §4, RFC 9964 §6).
    private static func members(of material: Material) -> CBORMap {
        switch material {
        case .ed25519(let x):
            [1: .int(1), -1: .int(6), -2: .bytes(x)]
        case .p256(let x, let y):
            [1: .int(2), -1: .int(1), -2: .bytes(x), -3: .bytes(y)]
        case .mlDSA65(let key):
            [1: .int(7), 3: .int(-49), -1: .bytes(key)]
        }
    }

    private static func check(_ material: Material) throws(COSEKeyError) {
        switch material {
        case .ed25519(let x):
            try check(x, hasByteCount: 32)
            switch Ed25519Rules.fault(ofPoint: x[...]) {
            case .nonCanonical: throw .nonCanonical
            case .smallOrder: throw .smallOrder
            case nil: break
            }
            guard Ed25519Rules.isOnCurve(x[...]) else { throw .notOnCurve }
        case .p256(let x, let y):
            try check(x, hasByteCount: 32)
            try check(y, hasByteCount: 32)
            guard (try? P256.Signing.PublicKey(x963Representation: [4] + x + y)) != nil else {
                throw .notOnCurve
            }
        case .mlDSA65(let key):
            try check(key, hasByteCount: mlDSA65ByteCount)
        }
    }

    private static func check(_ bytes: [UInt8], hasByteCount expected: Int) throws(COSEKeyError) {
        guard bytes.count == expected else {
            throw .wrongLength(bytes.count, expected: expected)
        }
    }
}
