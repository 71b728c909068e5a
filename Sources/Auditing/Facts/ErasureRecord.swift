import Merkle

/// An entry that an `erasure` names.
///
///     entry      32 bytes   its EntryID
///     erasure     8 bytes   index of the `erasure`, big-endian
///     manifest   32 bytes   the SHA-256 of what is erased
struct ErasureRecord: RunRecord, Hashable {
    let entry: DigestName
    let erasure: UInt64
    let manifest: DigestName

    init(entry: Hash, erasure: UInt64, manifest: Hash) {
        (self.entry, self.erasure, self.manifest) = (
            DigestName(entry), erasure, DigestName(manifest)
        )
    }

    static var byteCount: Int { 72 }

    var prefix: UInt64 { entry.prefix }

    init(at start: Int, of bytes: Span<UInt8>) {
        entry = DigestName(at: start, of: bytes)
        erasure = bytes.word(at: start + 32)
        manifest = DigestName(at: start + 40, of: bytes)
    }

    func append(to bytes: inout [UInt8]) {
        entry.append(to: &bytes)
        bytes.append(word: erasure)
        manifest.append(to: &bytes)
    }

    static func < (one: ErasureRecord, other: ErasureRecord) -> Bool {
        if one.entry != other.entry { return one.entry < other.entry }
        return one.erasure != other.erasure
            ? one.erasure < other.erasure : one.manifest < other.manifest
    }
}
