public import Encoding
public import Merkle

/// A log's claim about its tree: so many leaves, and the root over them (C2SP tlog-checkpoint).
///
///     origin     LF   who says so
///     size       LF   decimal, no leading zero, at most 2^63 - 1
///     root       LF   base64 of 32 bytes
///     extension  LF   none of ours; others' may have some, each a line that is not empty
///
/// The value is what the text of a note holds. Whether the log signed it is answered by a
/// ``TrustPolicy``. Two checkpoints of one origin and size must never differ in their root.
public struct Checkpoint: Hashable, Sendable {
    /// Most bytes of an origin: ML-DSA cosignatures count it in one byte.
    public static let maximumOriginByteCount = 255

    /// The log's name, 1...255 bytes.
    public let origin: Text

    /// Number of leaves, at most 2^63 - 1.
    public let size: UInt64

    /// The root of the tree; the empty tree's hash where the size is 0.
    public let root: Hash

    /// The lines after the root, without their LF; our ledgers never write one.
    public let extensions: [Text]

    /// Creates a checkpoint without extension lines.
    public init(origin: Text, size: UInt64, root: Hash) throws(CheckpointError) {
        try self.init(origin: origin, size: size, root: root, extensions: [])
    }

    /// Reads the text of a note: three lines, each with its LF.
    ///
    /// Extension lines are refused unless `allowingExtensions`.
    public init(parsing text: [UInt8], allowingExtensions: Bool = false) throws(CheckpointError) {
        guard text.last == UInt8(ascii: "\n") else { throw .unterminated }
        let lines = text.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count >= 3 else { throw .missingLine(lines.count) }
        guard allowingExtensions || lines.count == 3 else { throw .extensionLine }
        guard let origin = Text(utf8: lines[0]) else { throw .malformedOrigin }
        guard let size = decimal(lines[1]) else { throw .malformedSize }
        guard let bytes = Base64.decode(lines[2]), let root = Hash(bytes) else {
            throw .malformedRoot
        }
        var extensions: [Text] = []
        for line in lines[3...] {
            guard let text = Text(utf8: line) else { throw .malformedExtension }
            extensions.append(text)
        }
        try self.init(origin: origin, size: size, root: root, extensions: extensions)
    }

    /// Checks what the format says of each part.
    private init(
        origin: Text, size: UInt64, root: Hash, extensions: [Text]
    ) throws(CheckpointError) {
        guard Self.isLine(origin), origin.utf8.count <= Self.maximumOriginByteCount else {
            throw .malformedOrigin
        }
        guard size <= maximumDecimal else { throw .malformedSize }
        guard size > 0 || root == .emptyTree else { throw .wrongEmptyRoot }
        guard extensions.allSatisfy(Self.isLine) else { throw .malformedExtension }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// The text to sign, as `init(parsing:)` reads it.
    public var text: [UInt8] {
        var text = origin.utf8
        text += "\n\(size)\n\(Base64.encode(root.bytes))\n".utf8
        for line in extensions {
            text += line.utf8
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    /// Says whether `text` is one line that a note may hold.
    private static func isLine(_ text: Text) -> Bool {
        !text.utf8.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}

/// Why a note's text is not a checkpoint (C2SP tlog-checkpoint).
///
/// Every case means the text must not be used as a tree head.
public enum CheckpointError: Error, Hashable, Sendable {
    /// The text does not end with LF.
    case unterminated

    /// The text has this many lines; origin, size and root are three.
    case missingLine(Int)

    /// A line follows the root; our checkpoints have none.
    case extensionLine

    /// The origin is empty, longer than 255 bytes or has a control character.
    case malformedOrigin

    /// The size is not a decimal number of one spelling, or above 2^63 - 1.
    case malformedSize

    /// The root is not canonical base64 of 32 bytes.
    case malformedRoot

    /// The size is 0 and the root is not that of the empty tree.
    case wrongEmptyRoot

    /// A line after the root is empty or has a control character.
    case malformedExtension
}
