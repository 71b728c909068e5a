import Encoding

/// The manifest of an artifact as a person reads it, frozen by its template.
///
/// A pure function of the manifest's type, subjects and predicate; the member `card`, which holds
/// the card's digest, is not part of it. What a person read is therefore what was signed. Every
/// line begins with `[S]`, "the signer states": a manifest alone proves nothing.
public enum Card {
    /// The template that this version renders; a template never changes once it is published.
    public static let template: Int64 = 1

    /// Returns the card's text by template 1, in UTF-8.
    static func bytes(type: Text, subjects: [Subject], predicate: JSON.Object) -> [UInt8] {
        var writer = CardWriter()
        writer.write(type, subjects, predicate)
        return writer.bytes
    }
}
