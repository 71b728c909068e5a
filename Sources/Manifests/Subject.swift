public import Encoding
public import Merkle

/// A subject of a manifest: one in-toto resource descriptor.
public struct Subject: Hashable, Sendable {
    /// A file's name, or the URI of a drop, a milestone, a PoP or a ledger.
    ///
    /// Empty where a foreign manifest names none.
    public let name: Text

    /// SHA-256 of the file, or of the URI's bytes; nil only in foreign manifests.
    public let digest: Hash?

    /// The file's media type; present exactly in our types with an artifact, optional in foreign
    /// ones.
    public let mediaType: Text?

    /// Creates a subject that is a file.
    public init(name: Text, digest: Hash, mediaType: Text) {
        self.init(name: name, digest: digest, optionalMediaType: mediaType)
    }

    /// Creates a subject that is a URI; its digest is that of the URI's bytes.
    public init(uri: Text) {
        self.init(name: uri, digest: .sha256(uri.utf8), optionalMediaType: nil)
    }

    init(name: Text, digest: Hash?, optionalMediaType: Text?) {
        self.name = name
        self.digest = digest
        mediaType = optionalMediaType
    }

    /// The subject as a member of a manifest.
    var json: JSON {
        var object = JSON.Object([("name", .string(name))])
        if let digest {
            object["digest"] = ["sha256": .string(Text(digest))]
        }
        object["mediaType"] = mediaType.map { .string($0) }
        return .object(object)
    }
}

extension Text {
    /// A digest as manifests write it: 64 lower-case hexadecimal digits.
    init(_ digest: Hash) {
        self.init(uncheckedUTF8: digest.hexDigits)
    }
}
