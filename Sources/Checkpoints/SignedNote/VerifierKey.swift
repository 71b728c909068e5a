internal import Crypto
public import Encoding

/// A public key that notes are verified with, and the name it goes by (C2SP signed-note).
///
///     NAME + "+" + key ID, 8 lower-case hex digits + "+" + base64(type || public key)
///
/// The key ID is the start of SHA-256(name || LF || type || public key); a key whose ID is
/// another is refused wherever the specifications fix the ID.
public struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    /// The key's name: a log's is its origin.
    public let name: Text

    /// The short hash that a note's signature line repeats.
    public let keyID: UInt32

    /// The kind of key.
    public let kind: Kind

    /// The key's bytes: 32 of Ed25519 for a log and a cosigner, else as the type has them.
    public let publicKey: [UInt8]

    /// The prepared key; nil for types that are only carried.
    private let verifier: VerificationKey?

    /// The kind of a key: its signature type.
    public enum Kind: Hashable, Sendable {
        /// Type 0x01: Ed25519 over the note's text.
        case log

        /// Type 0x04: Ed25519 over the text and a time (C2SP tlog-cosignature).
        case cosigner

        /// An assigned type that is carried and never verified here: 0x02, 0x05, 0x06, 0xff.
        case other(UInt8)

        /// The type's byte.
        public var type: UInt8 {
            switch self {
            case .log: 0x01
            case .cosigner: 0x04
            case .other(let type): type
            }
        }

        /// Creates the kind of an assigned type (C2SP signed-note, "Signature types").
        init(type: UInt8) throws(VerifierKeyError) {
            switch type {
            case 0x01: self = .log
            case 0x04: self = .cosigner
            case 0x02, 0x05, 0x06, 0xFF: self = .other(type)
            default: throw .unassignedType(type)
            }
        }
    }

    /// Reads a key from its string.
    public init(parsing string: Text) throws(VerifierKeyError) {
        // Base64 may hold "+": only the first two separate.
        let plus = UInt8(ascii: "+")
        let parts = string.utf8.split(
            separator: plus, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        guard let name = Text(utf8: parts[0]), isKeyName(name) else { throw .malformedName }
        guard let keyID = Self.keyID(hex: parts[1]) else { throw .malformedKeyID }
        guard let bytes = Base64.decode(parts[2]), let type = bytes.first, bytes.count > 1 else {
            throw .malformedBase64
        }
        try self.init(
            name: name, kind: try Kind(type: type), publicKey: Array(bytes[1...]), keyID: keyID)
    }

    /// Creates the key that `name` signs with.
    ///
    /// `publicKey` has the 32 bytes of an Ed25519 key; `kind` is `.log` or `.cosigner`.
    public init(name: Text, ed25519 publicKey: [UInt8], kind: Kind) throws(VerifierKeyError) {
        guard isKeyName(name) else { throw .malformedName }
        guard kind == .log || kind == .cosigner else { throw .notEd25519 }
        try self.init(name: name, kind: kind, publicKey: publicKey, keyID: nil)
    }

    /// Checks key and ID; a nil ID is computed.
    private init(
        name: Text, kind: Kind, publicKey: [UInt8], keyID: UInt32?
    ) throws(VerifierKeyError) {
        var verifier: VerificationKey?
        switch kind {
        case .log, .cosigner:
            try Self.checkLength(publicKey, 32)
            do {
                verifier = try COSEKey(.ed25519(publicKey)).verificationKey()
            } catch {
                throw .unusableKey
            }
        case .other(0x06):
            // ML-DSA-44 (FIPS 204, table 2).
            try Self.checkLength(publicKey, 1312)
        case .other:
            break
        }
        let expected = Self.keyID(name: name, kind: kind, publicKey: publicKey)
        if let keyID, let expected, keyID != expected {
            throw .wrongKeyID(keyID, expected: expected)
        }
        self.name = name
        self.keyID = keyID ?? expected ?? 0
        self.kind = kind
        self.publicKey = publicKey
        self.verifier = verifier
    }

    /// The key's string, as `init(parsing:)` reads it.
    public var description: String {
        let digits = String(keyID, radix: 16)
        let hex = String(repeating: "0", count: 8 - digits.count) + digits
        return "\(name.string)+\(hex)+\(Base64.encode([kind.type] + publicKey))"
    }

    /// Checks every line of `note` that bears this key's name and ID.
    public func verify(_ note: SignedNote) -> NoteVerdict {
        note.signatures.reduce(.absent) { verdict, signature in
            verdict.joined(with: verify(signature, over: note.text))
        }
    }

    /// Checks one signature line over a note's text.
    public func verify(_ signature: NoteSignature, over text: [UInt8]) -> NoteVerdict {
        guard signature.keyID == keyID, signature.name == name else { return .absent }
        guard let verifier else { return .unsupported }
        guard kind == .cosigner else {
            return verifier.isValid(signature: signature.signature, for: text) ? .valid : .invalid
        }
        let cosignature: Cosignature
        do throws(CosignatureError) {
            cosignature = try Cosignature(signature.signature)
        } catch {
            return .invalid
        }
        let message = Cosignature.message(text: text, time: cosignature.time)
        let isValid = verifier.isValid(signature: cosignature.signature, for: message)
        return isValid ? .cosigned(time: cosignature.time) : .invalid
    }

    /// Compares what the string holds; the prepared key follows from it.
    public static func == (one: VerifierKey, other: VerifierKey) -> Bool {
        one.keyID == other.keyID && one.kind == other.kind && one.name == other.name
            && one.publicKey == other.publicKey
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(keyID)
        hasher.combine(kind)
        hasher.combine(publicKey)
    }

    private static func checkLength(_ key: [UInt8], _ expected: Int) throws(VerifierKeyError) {
        guard key.count == expected else {
            throw .wrongKeyLength(key.count, expected: expected)
        }
    }

    /// Returns the ID that the specifications give a key; nil where they leave it open.
    private static func keyID(name: Text, kind: Kind, publicKey: [UInt8]) -> UInt32? {
        let hashed: [UInt8]
        switch kind {
        case .log, .cosigner, .other(0x06):
            hashed = name.utf8 + [UInt8(ascii: "\n"), kind.type] + publicKey
        case .other(0x02):
            hashed = publicKey
        case .other:
            return nil
        }
        return SHA256.hash(data: hashed).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads eight lower-case hex digits.
    private static func keyID(hex: ArraySlice<UInt8>) -> UInt32? {
        guard hex.count == 8 else { return nil }
        var keyID: UInt32 = 0
        for digit in hex {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                keyID = keyID << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                keyID = keyID << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            default:
                return nil
            }
        }
        return keyID
    }
}

/// Why something is not a verifier key (C2SP signed-note, "Verifier keys").
///
/// Every case means the key must not be used.
public enum VerifierKeyError: Error, Hashable, Sendable {
    /// The string does not have the form NAME+HEX+BASE64.
    case malformed

    /// The name is empty, or has a space, a control character or a "+".
    case malformedName

    /// The key ID is not eight lower-case hex digits.
    case malformedKeyID

    /// The key is not canonical standard base64, or has nothing after its type.
    case malformedBase64

    /// No specification gives this type a meaning.
    case unassignedType(UInt8)

    /// The public key does not have the length of its type.
    case wrongKeyLength(Int, expected: Int)

    /// The Ed25519 key is not canonical, not on the curve or of small order.
    case unusableKey

    /// The key ID is not the one that name, type and public key give.
    case wrongKeyID(UInt32, expected: UInt32)

    /// A signing key is not Ed25519; notes are signed with no other here.
    case notEd25519
}
