import Encoding
import HTTPService
import Merkle
import Provenance

/// What is to be found, as it was understood.
enum Lookup: Hashable {
    /// One entry.
    case entry(EntryID)

    /// The entries that name an artifact.
    case digest(Hash)

    /// The entries of a thread.
    case thread(Text)

    /// The entries of an issuer.
    case issuer(Text)

    /// The entries of a thread, or else of an issuer.
    case threadOrIssuer(Text)

    /// Bytes of what is looked up at most: twice the longest name that a statement may have, as an
    /// address with a query.
    static let byteLimit = 512

    /// Understands what a person has entered, or says what would be understood.
    init(_ kind: LookupKind, _ entered: String) throws(Problem) {
        let text = entered.drop(while: \.isWhitespace)
        let trimmed = String(
            text.prefix(
                upTo: text.lastIndex { !$0.isWhitespace }
                    .map(text.index(after:)) ?? text.startIndex))
        // The name of the file in a line of `sha256sum` is passed over, however long it is.
        if kind == .any || kind == .digest, let digest = Self.digest(trimmed) {
            self = .digest(digest)
            return
        }
        guard (1...Self.byteLimit).contains(trimmed.utf8.count) else {
            throw .malformed("q: must have 1 to \(Self.byteLimit) bytes: enter what is looked up")
        }
        switch kind {
        case .any: self = try Self.anything(trimmed)
        case .digest: throw .malformed("q: a SHA-256 has 64 hexadecimal digits")
        case .entry: self = .entry(try Self.entryID(trimmed))
        case .edition:
            guard Self.namesCopy(trimmed) else {
                throw .malformed(
                    "q: a copy of an edition is the drop, \"#\" and the number of the copy")
            }
            self = .thread(Text(trimmed))
        case .work: self = .thread(Text(trimmed))
        case .issuer: self = .issuer(Text(trimmed))
        }
    }

    private static func anything(_ text: String) throws(Problem) -> Lookup {
        if let id = id(text) { return .entry(id) }
        guard text.contains(":") else {
            throw .malformed(
                "q: is no digest (64 hexadecimal digits), no EntryID (43 characters) and no URI")
        }
        return .threadOrIssuer(Text(text))
    }

    private static func entryID(_ text: String) throws(Problem) -> EntryID {
        guard let id = id(text) else {
            throw .malformed(
                "q: an EntryID has 43 characters of base64url; the address of its page will do too")
        }
        return id
    }

    /// The digits, as they are or at the beginning of a line of `sha256sum`.
    ///
    /// Behind them such a line has a blank and the name of the file. Where the name has a line
    /// break, a backslash stands before the digits.
    private static func digest(_ text: String) -> Hash? {
        let word = text.prefix { !$0.isWhitespace }
        let isLine = word.endIndex < text.endIndex
        let digits = (isLine && word.hasPrefix("\\") ? word.dropFirst() : word).lowercased()[...]
        let bare = digits.hasPrefix("sha256:") ? digits.dropFirst("sha256:".count) : digits
        return Hex.decode(String(bare)).flatMap { Hash($0) }
    }

    /// The name itself, or the one in the address of an entry's page or of one of its files.
    ///
    /// Whatever query or fragment stands behind that is passed over.
    private static func id(_ text: String) -> EntryID? {
        let path = text.prefix { $0 != "?" && $0 != "#" }
        guard let marker = path.ranges(of: "/entries/").last else { return EntryID(Text(text)) }
        return EntryID(Text(String(path[marker.upperBound...].prefix { $0 != "/" })))
    }

    private static func namesCopy(_ text: String) -> Bool {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        return UInt64(decimal: String(parts[1])).map { $0 > 0 } ?? false
    }
}
