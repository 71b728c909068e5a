internal import Merkle

/// The bytes of a map beside its store (index.md §6).
public enum IndexSnapshot {
    /// The first line.
    static let magic = Array("COLOPHON INDEX 1\n".utf8)

    /// Bytes before the nodes: the first line, the size, the map's root, the head's EntryID.
    static let headerByteCount = magic.count + 8 + 2 * Hash.byteCount

    /// Bytes of a part, as it is written and as it may well be read.
    public static let partByteCount = 64 * 1024
}

/// Why bytes are no snapshot; nothing of them may be used.
///
/// A snapshot is a copy of what the rows say: remove it, and the map is made from them again.
public enum IndexSnapshotError: Error, Hashable {
    /// The first line is another: of a newer version, or of another file.
    case notSnapshot

    /// The bytes end before the last node, or within the digest.
    case truncated

    /// Bytes follow the digest.
    case trailingBytes

    /// A node begins with a byte above 66.
    case unknownNode(UInt8)

    /// Nodes stand deeper than a key has bits.
    case tooDeep

    /// A branch has at most 64 records below it, so it would be none.
    case needlessBranch

    /// A list stands at a place to which its key does not lead.
    case listElsewhere

    /// There are more nodes than the reader was told to expect.
    case tooManyNodes

    /// The nodes do not lead to the root at the beginning.
    case rootDiffers

    /// The digest at the end is not that of the bytes before.
    case damaged

    /// The snapshot is whole, and not the one that was asked for.
    case anotherSnapshot
}

extension IndexSnapshotError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .notSnapshot: "it does not begin with COLOPHON INDEX 1"
        case .truncated: "it ends too early"
        case .trailingBytes: "bytes follow its end"
        case .unknownNode(let code): "there is no node \(code)"
        case .tooDeep: "a node stands below the 256th bit"
        case .needlessBranch: "a branch has too few records to be one"
        case .listElsewhere: "a list stands where its key does not lead"
        case .tooManyNodes: "it has more nodes than the index can have"
        case .rootDiffers: "its nodes do not lead to its root"
        case .damaged: "its digest is not that of its bytes"
        case .anotherSnapshot: "it is not the snapshot that was written last"
        }
    }
}
