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
