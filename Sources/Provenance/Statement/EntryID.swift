public import Encoding
public import Merkle

/// The name of a statement: the SHA-256 of its exact bytes.
///
/// It follows from the statement alone. So a retry, a `Location`, a duplicate check and an offline
/// reference all bear the same name.
public struct EntryID: Hashable, Sendable, CustomStringConvertible {
    /// Number of base64url characters in the written form.
    public static let characterCount = 43

    /// SHA-256 over the statement with an empty unprotected header.
    public let hash: Hash

    /// Creates the name from its digest.
    public init(_ hash: Hash) {
        self.hash = hash
    }

    /// Creates the name of `leaf`, the statement's exact bytes.
    public init(ofLeaf leaf: [UInt8]) {
        hash = Hash.sha256(leaf)
    }

    /// Reads the written form: base64url without padding, 43 characters; nil for anything else.
    public init?(_ text: Text) {
        guard text.utf8.count == Self.characterCount,
            let bytes = Base64.decodeURL(text.utf8), let hash = Hash(bytes)
        else { return nil }
        self.hash = hash
    }

    /// The written form: base64url without padding, 43 characters.
    public var description: String {
        Base64.encodeURL(hash.bytes)
    }
}
