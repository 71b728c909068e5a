import Encoding
import LedgerStore
import Merkle

extension StoreLayout {
    /// Writes a key for people: indexes and sizes in decimal, digests in hexadecimal.
    ///
    /// A key that does not have its family's form is written as `0x` and its bytes.
    static func describe(_ key: [UInt8], in family: Family) -> String {
        let index = number(key.suffix(8)).map { String($0) } ?? ""
        switch (family, key.count) {
        case (.entries, 8), (.heads, 8), (.manifests, 8), (.control, 8), (.indexHeads, 8):
            return index
        case (.listTiles, 41):
            return "\(Hex.encode(Array(key[..<32])))/\(key[32])/\(index)"
        case (.tiles, 9):
            return "\(key[0])/\(index)"
        case (.ids, 32), (.nonces, 32), (.lists, 32):
            return Hex.encode(key)
        case (.keys, KeyRow.byteCount) where key.starts(with: KeyRow.markPrefix):
            return "end/\(index)"
        case (.keys, KeyRow.byteCount), (.subjects, 40):
            return "\(Hex.encode(Array(key[..<32])))/\(index)"
        case (.threads, 41) where ThreadKind(rawValue: key[0]) != nil:
            let name = key[0] == ThreadKind.subject.rawValue ? "sub" : "iss"
            return "\(name)/\(Hex.encode(Array(key[1..<33])))/\(index)"
        case (.anchors, AnchorRow.Key.byteCount):
            guard let key = AnchorRow.Key(key) else { break }
            return "\(key)"
        case (.meta, _) where key.allSatisfy { (0x21...0x7E).contains($0) }:
            return String(decoding: key, as: UTF8.self)
        default: break
        }
        return "0x" + Hex.encode(key)
    }

    /// Writes the key of a tile as ``describe(_:in:)`` does.
    static func describe(_ tile: TileID) -> String { "\(tile.level)/\(tile.index)" }
}
