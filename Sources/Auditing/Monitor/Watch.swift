package import Encoding
package import Merkle
internal import Manifests
internal import Provenance

/// What a user of a monitor wants to hear of: the entries that one rule picks (audit.md §5).
///
///     issuer=https://pops.example/lagos      the statement's iss, byte for byte
///     sub=https://ledger.example/drops/1#7   the statement's sub, byte for byte
///     sha256=9f86d081...                     a digest of an artifact that the statement names
///     creator=Ana Okoye                      the creator's name or id in the manifest
///
/// A name is compared as people read it: letters that Unicode writes in two ways are one, capitals
/// and spaces count. It must be the whole name, and what acts on a terminal or is hidden there has
/// no place in it, but for the joiners that some scripts are written with.
package enum Watch: Hashable, Sendable {
    case issuer(Text)
    case subject(Text)
    case digest(Hash)
    case creator(String)

    /// Reads `NAME=VALUE`.
    package init(_ text: String) throws(WatchError) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw .form }
        let name = String(text[..<equals])
        let value = String(text[text.utf8.index(after: equals)...])
        guard !value.isEmpty else { throw .empty }
        guard value.utf8.count <= MonitorLimit.watchBytes else { throw .tooLong }
        switch name {
        case "issuer": self = .issuer(try Self.uri(value, needsScheme: true))
        case "sub": self = .subject(try Self.uri(value, needsScheme: false))
        case "creator":
            if let hidden = Self.hidden(in: value) { throw .hidden(hidden) }
            self = .creator(value)
        case "sha256":
            guard let bytes = Hex.decode(value.lowercased()), let digest = Hash(bytes) else {
                throw .digest
            }
            self = .digest(digest)
        default: throw .name
        }
    }

    /// The first character that is never shown as it is; nil where there is none.
    ///
    /// Persian and the scripts of India write words with U+200C and U+200D.
    private static func hidden(in value: String) -> Unicode.Scalar? {
        var hidden: Unicode.Scalar?
        _ = SafeText.spelling(value) { scalar in
            if hidden == nil, scalar != "\u{200C}", scalar != "\u{200D}" { hidden = scalar }
            return ""
        }
        return hidden
    }

    /// What a statement of good form may have there: anything else would never be met.
    private static func uri(_ value: String, needsScheme: Bool) throws(WatchError) -> Text {
        let text = Text(value)
        do throws(Refusal) {
            try IdentifierURI.check(text, field: "", needsScheme: needsScheme)
        } catch {
            throw .uri(error.rule)
        }
        return text
    }
}

extension Watch: CustomStringConvertible {
    /// The watch as it is written.
    package var description: String {
        switch self {
        case .issuer(let issuer): "issuer=\(issuer)"
        case .subject(let subject): "sub=\(subject)"
        case .digest(let digest): "sha256=\(digest)"
        case .creator(let name): "creator=\(name)"
        }
    }
}

/// Why a text is no watch.
package enum WatchError: Error, Hashable {
    /// It has no "=".
    case form

    /// What stands before the "=" is none of the four names.
    case name

    /// Nothing stands behind the "=".
    case empty

    /// A name holds a character that acts on a terminal, or is hidden there.
    case hidden(Unicode.Scalar)

    /// It is longer than anything that it could be compared with.
    case tooLong

    /// An issuer or a thread that no statement can have: the rule for it.
    case uri(String)

    /// A digest is not 64 hexadecimal digits.
    case digest

    /// There are more watches than there may be.
    case tooMany
}

extension WatchError: CustomStringConvertible {
    /// The rule that is broken.
    package var description: String {
        switch self {
        case .form, .name: "begins with none of issuer=, creator=, sha256= and sub="
        case .empty: "has nothing behind its \"=\""
        case .hidden(let scalar):
            "holds \(Self.name(of: scalar)), a control character or a hidden one"
        case .tooLong: "has more than \(MonitorLimit.watchBytes) bytes behind its \"=\""
        case .uri(let rule): "names what no entry has: it \(rule)"
        case .digest: "is not sha256= and 64 hexadecimal digits"
        case .tooMany: "is one watch too many: at most \(MonitorLimit.watches)"
        }
    }

    /// What to do about it.
    package var hint: String {
        switch self {
        case .form, .name, .empty: "--watch creator=NAME hears of the works of a person"
        case .hidden: "write the name without it"
        case .tooLong, .uri: "name it as an entry has it: colophon log entry shows that"
        case .digest: "sha256sum FILE prints the digits"
        case .tooMany: "follow with a second monitor, which has a state of its own"
        }
    }

    /// The character as Unicode names it, with four digits at least.
    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
