import Merkle

/// A number that a spool gave to an entry.
///
///     kid        32 bytes   thumbprint of the key
///     id         16 bytes   of the spool
///     sequence    8 bytes   big-endian, as all numbers here
///     index       8 bytes   of the entry
///     entry      32 bytes   its EntryID
///     previous   32 bytes   the EntryID that it names as the one before
///
/// Records of one spool come together, by number and then by index.
struct LinkRecord: RunRecord, Hashable {
    let keyID: DigestName
    let id: SpoolID
    let sequence: UInt64
    let index: UInt64
    let entry: DigestName
    let previous: DigestName

    init(_ link: ChainLink, entry: Hash, index: UInt64) {
        (keyID, id, sequence) = (DigestName(link.keyID), link.id, link.sequence)
        (self.index, self.entry, previous) = (index, DigestName(entry), DigestName(link.previous))
    }

    /// The place before all records of a spool from a number on.
    init(before sequence: UInt64, of keyID: DigestName, _ id: SpoolID) {
        (self.keyID, self.id, self.sequence) = (keyID, id, sequence)
        (index, entry, previous) = (0, DigestName(.zero), DigestName(.zero))
    }

    /// The place before all records of a key.
    static func first(of keyID: DigestName) -> LinkRecord {
        LinkRecord(before: 0, of: keyID, SpoolID([]))
    }

    /// The place behind all records of a key: no number is as large.
    static func last(of keyID: DigestName) -> LinkRecord {
        LinkRecord(before: .max, of: keyID, SpoolID([UInt8](repeating: 0xFF, count: 16)))
    }

    static var byteCount: Int { 128 }

    var prefix: UInt64 { keyID.prefix }

    init(at start: Int, of bytes: Span<UInt8>) {
        keyID = DigestName(at: start, of: bytes)
        id = SpoolID(at: start + 32, of: bytes)
        sequence = bytes.word(at: start + 48)
        index = bytes.word(at: start + 56)
        entry = DigestName(at: start + 64, of: bytes)
        previous = DigestName(at: start + 96, of: bytes)
    }

    func append(to bytes: inout [UInt8]) {
        keyID.append(to: &bytes)
        bytes.append(word: id.high)
        bytes.append(word: id.low)
        bytes.append(word: sequence)
        bytes.append(word: index)
        entry.append(to: &bytes)
        previous.append(to: &bytes)
    }

    /// Whether both are numbers of one spool.
    func isOfSpool(of other: LinkRecord) -> Bool { keyID == other.keyID && id == other.id }

    static func < (one: LinkRecord, other: LinkRecord) -> Bool {
        if one.keyID != other.keyID { return one.keyID < other.keyID }
        if one.id != other.id { return one.id < other.id }
        if one.sequence != other.sequence { return one.sequence < other.sequence }
        if one.index != other.index { return one.index < other.index }
        return one.entry != other.entry ? one.entry < other.entry : one.previous < other.previous
    }
}
