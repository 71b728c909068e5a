import Encoding
import Merkle

/// How a Content-Security-Policy names content that is inside a page (CSP Level 3, hash-source).
enum PolicySource {
    /// Returns the name of a style by its SHA-256.
    static func sha256(of content: String) -> String {
        "sha256-\(Base64.encode(Hash.sha256(Array(content.utf8)).bytes))"
    }
}
