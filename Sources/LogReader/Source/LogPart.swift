public import Merkle

/// What a file of a log holds, and which part of the log that is.
///
/// It is made where a file is asked for. Names and addresses are made of it; it is never read out
/// of them.
public enum LogPart: Hashable, Sendable {
    /// The newest signed checkpoint.
    case checkpoint

    /// The hashes of a tile, of which it has 1...256.
    case tile(TileID, width: Int)

    /// The entries of a bundle, by its number; it has 1...256.
    case bundle(UInt64, width: Int)

    /// The manifests beside a bundle, one or none for each entry; the tree does not prove them.
    case manifests(UInt64, width: Int)

    /// The evidence about heads beside a bundle; the tree does not prove it.
    case anchors(UInt64)

    /// All control statements, in one file beside the tree.
    case control

    /// The keys that sign receipts, in one file beside the tree.
    case receiptKeys

    /// The newest index head with a receipt, in one file beside the tree.
    case indexHead
}

extension LogPart {
    /// Whether the tree proves the file, so that what has its name never changes.
    var isOfTree: Bool {
        switch self {
        case .tile, .bundle: true
        case .checkpoint, .manifests, .anchors, .control, .receiptKeys, .indexHead: false
        }
    }

    /// Whether gzip makes the file smaller: hashes, keys and signatures do not compress.
    var isCompressible: Bool {
        switch self {
        case .bundle, .manifests, .anchors, .control: true
        case .checkpoint, .tile, .receiptKeys, .indexHead: false
        }
    }

    /// Bytes that a file of manifests may have, one for each entry beside it; nil of another file,
    /// whose reader says it.
    var byteLimit: Int? {
        guard case .manifests(_, let width) = self else { return nil }
        return width * LogLimits.manifestItemBytes
    }
}

/// A file of a log: what it holds, and its name in the log's layout.
public struct LogFile: Hashable, Sendable {
    /// What it holds.
    public let part: LogPart

    /// Its name, by which a source has it.
    public let path: String

    /// Names a file; the name is that of the part in the layout of the log.
    init(_ part: LogPart, path: String) {
        self.part = part
        self.path = path
    }
}
