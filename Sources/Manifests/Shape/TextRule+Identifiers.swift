import Checkpoints
import Encoding

/// The forms of identifiers: URIs, entries, origins and keys.
extension TextRule {
    /// Characters of a URI, nothing normalised (RFC 3986 §2.2, §2.3 and "%").
    static let uri = TextRule("must be 1 to 255 URI characters") { isURI($0.utf8) }

    /// A URI that names its scheme (RFC 3986 §3.1), as every issuer is.
    static let absoluteURI = TextRule("must be a URI with a scheme, of at most 255 characters") {
        isURI($0.utf8) && URISyntax.hasScheme($0.utf8)
    }

    /// A drop: a URI to which "#" and a serial number can be added.
    static let drop = TextRule("must be 1 to 255 URI characters without \"#\"") {
        isURI($0.utf8) && !$0.utf8.contains(UInt8(ascii: "#"))
    }

    /// A uniform resource name (RFC 8141 §2): only its prefix is held to a form.
    static let urn = TextRule("must begin with urn: and be at most 255 URI characters") {
        isURI($0.utf8) && $0.hasPrefix("urn:") && $0.utf8.count > 4
    }

    /// An EntryID: base64url without padding of 32 bytes, with its unused bits zero.
    static let entryID = TextRule("must be an EntryID, 43 characters of base64url") { text in
        text.utf8.count == 43 && text.utf8.allSatisfy(\.isBase64URL)
            && "AEIMQUYcgkosw048".utf8.contains(text.utf8[42])
    }

    /// A ledger's origin: a host in lower case and a path, no scheme, no slash at the end, no "+".
    static let origin = TextRule("must be an origin: host in lower case and path, no scheme") {
        text in
        do { _ = try Origin(text) } catch { return false }
        return true
    }

    /// The vkey string of a log's Ed25519 note key (type 0x01).
    static let noteKey = TextRule("must be a log's Ed25519 vkey string NAME+HASH+KEY") { text in
        do {
            let key = try VerifierKey(parsing: text)
            return try key.kind == .log && Origin(key.name).text == key.name
        } catch {
            return false
        }
    }

    /// The bytes of a COSE key with exactly the members that RFC 9679 hashes, in base64url.
    static let coseKey = TextRule("must be a coseKey: base64url of the key's required members") {
        text in
        do { _ = try COSEKey(string: text) } catch { return false }
        return true
    }

    private static func isURI(_ bytes: [UInt8]) -> Bool {
        (1...URISyntax.byteLimit).contains(bytes.count) && URISyntax.isAllowed(bytes)
    }
}
