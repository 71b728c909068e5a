import IndexMap
import Merkle

/// Records of the index as sorted runs hold them.
///
///     key      32 bytes
///     index     8 bytes   of the entry, big-endian
extension IndexRecord: RunRecord {
    static var byteCount: Int { Hash.byteCount + 8 }

    var prefix: UInt64 { key.hash.words.0 }

    init(at start: Int, of bytes: Span<UInt8>) {
        guard let hash = Hash(bytes.extracting(start..<(start + Hash.byteCount))) else {
            preconditionFailure("a record in a block has all of its bytes")
        }
        self.init(key: IndexKey(hash), index: bytes.word(at: start + Hash.byteCount))
    }

    func append(to bytes: inout [UInt8]) {
        key.hash.append(to: &bytes)
        bytes.append(word: index)
    }
}
