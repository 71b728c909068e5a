import Merkle

/// A name of 32 bytes that an entry has to do with, and how.
///
///     name     32 bytes
///     kind      4 bits   ``Kind``
///     index    60 bits   of the entry, big-endian
///
/// Records of one name come together, by kind and then by index. So whoever reads them in their
/// order knows of an erasure before the manifests that it erases.
struct NameRecord: RunRecord {
    /// What the name is to the entry.
    enum Kind: UInt8 {
        /// The SHA-256 of the manifest that this entry, an `erasure`, erases.
        case erased

        /// Its own EntryID.
        case entry

        /// Its own EntryID, and it is a control statement.
        case control

        /// SHA-256 of its issuer, a zero byte and its nonce.
        case nonce

        /// The SHA-256 of its manifest, which was served.
        case served

        /// The SHA-256 of its manifest, which was not there.
        case missing

        /// The SHA-256 of its manifest, which nobody asked for.
        case unasked
    }

    /// Bits of an index: 2^60 entries are 36,000 years at a million a second.
    private static let indexBits: UInt64 = 60

    let name: DigestName
    private let word: UInt64

    init(_ name: DigestName, _ kind: Kind, _ index: UInt64) {
        precondition(index >> Self.indexBits == 0, "a log has fewer than 2^60 entries")
        self.name = name
        word = UInt64(kind.rawValue) << Self.indexBits | index
    }

    init(_ hash: Hash, _ kind: Kind, _ index: UInt64) {
        self.init(DigestName(hash), kind, index)
    }

    /// The first and the last record that there can be of a name, of some kinds.
    static func range(
        of name: DigestName, _ first: Kind, _ last: Kind
    ) -> (lower: NameRecord, upper: NameRecord) {
        (NameRecord(name, first, 0), NameRecord(name, last, 1 << indexBits - 1))
    }

    /// What the name is to the entry; nil for a kind that this version does not write.
    var kind: Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: word >> Self.indexBits)) }

    /// The entry.
    var index: UInt64 { word & (1 << Self.indexBits - 1) }

    static var byteCount: Int { Hash.byteCount + 8 }

    var prefix: UInt64 { name.prefix }

    init(at start: Int, of bytes: Span<UInt8>) {
        name = DigestName(at: start, of: bytes)
        word = bytes.word(at: start + Hash.byteCount)
    }

    func append(to bytes: inout [UInt8]) {
        name.append(to: &bytes)
        bytes.append(word: word)
    }

    static func < (one: NameRecord, other: NameRecord) -> Bool {
        one.name != other.name ? one.name < other.name : one.word < other.word
    }
}

/// Thirty-two bytes that sort as bytes do.
struct DigestName: Hashable, Comparable, Sendable {
    private let a, b, c, d: UInt64

    /// The first eight bytes, big-endian.
    var prefix: UInt64 { a }

    init(_ hash: Hash) {
        (a, b, c, d) = hash.words
    }

    init(at start: Int, of bytes: Span<UInt8>) {
        a = bytes.word(at: start)
        b = bytes.word(at: start + 8)
        c = bytes.word(at: start + 16)
        d = bytes.word(at: start + 24)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(word: a)
        bytes.append(word: b)
        bytes.append(word: c)
        bytes.append(word: d)
    }

    /// The same bytes as a digest.
    var hash: Hash {
        var bytes: [UInt8] = []
        append(to: &bytes)
        guard let hash = Hash(bytes) else { preconditionFailure("a name has 32 bytes") }
        return hash
    }

    static func < (one: DigestName, other: DigestName) -> Bool {
        if one.a != other.a { return one.a < other.a }
        if one.b != other.b { return one.b < other.b }
        return one.c != other.c ? one.c < other.c : one.d < other.d
    }
}
