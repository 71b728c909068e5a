import Checkpoints
public import Encoding
public import Merkle

/// How a log names its files, and what stands in a bundle of entries.
public enum LogLayout: String, CaseIterable, Sendable {
    /// C2SP tlog-tiles: `checkpoint`, `tile/L/N`, `tile/entries/N`.
    ///
    /// A bundle has each leaf after its length in 2 bytes.
    case tiles

    /// C2SP static-ct-api: `checkpoint`, `tile/L/N`, `tile/data/N`.
    ///
    /// A bundle has TileLeaf values of TLS; the Merkle leaf is that of RFC 6962 §3.4.
    case staticCT = "static-ct"

    /// The checksum database of Go: `latest`, `tile/8/L/N`, `tile/8/data/N`.
    ///
    /// A bundle has records of text, each after a line with its number and before an empty line.
    case sumDB = "sumdb"

    /// The name of the newest checkpoint.
    public var checkpoint: String {
        self == .sumDB ? "latest" : StaticLayout.checkpoint
    }

    /// Returns the origin of the checkpoints of a log whose key has this name: the same, but in
    /// Go's checksum database, whose first line is older than that rule.
    public func origin(ofKey name: Text) -> Text {
        self == .sumDB ? Text("go.sum database tree") : name
    }

    /// Returns the file of a part, by its name in this layout.
    public func file(_ part: LogPart) -> LogFile {
        let path =
            switch part {
            case .checkpoint: checkpoint
            case .tile(let id, let width): tile(id, width: width)
            case .bundle(let number, let width): bundle(number, width: width)
            case .manifests(let number, let width): StaticLayout.manifests(number, width: width)
            case .anchors(let number): StaticLayout.anchors(number)
            case .control: StaticLayout.control
            case .receiptKeys: StaticLayout.receiptKeys
            case .indexHead: StaticLayout.indexHead
            }
        return LogFile(part, path: path)
    }

    /// Returns the name of a tile of `width` hashes.
    public func tile(_ id: TileID, width: Int) -> String {
        let path = TilePath.tile(id, width: width).description
        return self == .sumDB ? "tile/8/" + path.dropFirst("tile/".count) : path
    }

    /// Returns the name of a bundle of `width` entries.
    public func bundle(_ number: UInt64, width: Int) -> String {
        let path = TilePath.entries(index: number, width: width).description
        let place = path.dropFirst("tile/entries/".count)
        switch self {
        case .tiles: return path
        case .staticCT: return "tile/data/" + place
        case .sumDB: return "tile/8/data/" + place
        }
    }
}
