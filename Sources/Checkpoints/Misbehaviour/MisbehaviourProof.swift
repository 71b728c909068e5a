public import Encoding
public import Merkle

/// A file that shows offline that a log has signed two trees of which neither extends the other
/// (misbehaviour.md).
///
///     colophon/misbehaviour@v1
///     <base64 hash>               none where both sizes are one, else 2 to 64: a prefix proof
///
///     <checkpoint of the smaller size with its signatures, byte for byte>
///
///     <checkpoint of the larger size with its signatures, byte for byte>
///
/// Of two checkpoints of one size the one whose root has the smaller bytes comes first.
///
/// A value of this type is well formed and nothing more: it convicts nobody until `convict(by:)`
/// returns. The log's own signatures bind all of it, so nobody can make one that convicts a log
/// whose key they do not have.
public struct MisbehaviourProof: Hashable, Sendable {
    /// The end of the names of files that hold one (misbehaviour.md §1).
    public static let fileSuffix = ".misbehaviour"

    /// Most bytes of a file: two notes of the greatest length, and 66 lines before them.
    public static let maximumByteCount = 2 * SignedNote.maximumByteCount + 4 * 1024

    /// Most hashes: those of a prefix proof for the first leaf of 2^63 - 1.
    public static let maximumHashCount = 64

    /// The checkpoint of the smaller size; nobody has checked who signed it.
    public let older: SignedCheckpoint

    /// The checkpoint of the larger size, or of the same one; nobody has checked who signed it.
    public let newer: SignedCheckpoint

    /// What the first leaves of the newer tree are; nil where both sizes are one.
    public let prefix: PrefixProof?

    private static let header = Array("colophon/misbehaviour@v1\n".utf8)
    private static let newline = UInt8(ascii: "\n")

    /// Puts a proof together from two checkpoints of one log, in any order.
    ///
    /// - Parameters:
    ///   - one: A checkpoint of the log.
    ///   - other: Another one.
    ///   - path: The consistency proof from the smaller size to the larger (RFC 9162 §2.1.4.1), of
    ///     the larger one's tree; empty where both sizes are one.
    ///   - prefixRoot: The root that the larger one's tree has at the smaller size; it is needed
    ///     where that is a power of two, and not looked at elsewhere.
    public init(
        _ one: SignedCheckpoint, _ other: SignedCheckpoint, consistency path: [Hash] = [],
        prefixRoot: Hash? = nil
    ) throws(MisbehaviourError) {
        let (older, newer) = Self.areInOrder(one, other) ? (one, other) : (other, one)
        guard older.claim.size < newer.claim.size else {
            guard path.isEmpty else {
                throw .malformedProof(.wrongPathLength(path.count, expected: 0))
            }
            try self.init(older: older, newer: newer, prefix: nil)
            return
        }
        let prefix: PrefixProof
        do throws(ProofError) {
            let proof = try ConsistencyProof(
                oldSize: older.claim.size, newSize: newer.claim.size, path: path)
            prefix = try PrefixProof(proof, root: prefixRoot)
        } catch {
            throw .malformedProof(error)
        }
        try self.init(older: older, newer: newer, prefix: prefix)
    }

    /// Reads a file; every byte is accounted for, so ``encoded`` gives the same bytes.
    public init(parsing bytes: [UInt8]) throws(MisbehaviourError) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
        guard bytes.starts(with: Self.header) else { throw .unknownHeader }
        var rest = bytes[Self.header.count...]
        let path = try Self.takePath(from: &rest)
        let older = try Self.checkpoint(Self.takeNote(from: &rest), .older)
        let newer = try Self.checkpoint(rest, .newer)
        guard Self.areInOrder(older, newer) else { throw .outOfOrder }
        guard older.claim.size < newer.claim.size else {
            guard path.isEmpty else {
                throw .malformedProof(.wrongPathLength(path.count, expected: 0))
            }
            try self.init(older: older, newer: newer, prefix: nil)
            return
        }
        let prefix: PrefixProof
        do throws(ProofError) {
            prefix = try PrefixProof(
                size: older.claim.size, treeSize: newer.claim.size, path: path)
        } catch {
            throw .malformedProof(error)
        }
        try self.init(older: older, newer: newer, prefix: prefix)
    }

    /// Takes parts that are in order and fit each other, but for their origins.
    private init(
        older: SignedCheckpoint, newer: SignedCheckpoint, prefix: PrefixProof?
    ) throws(MisbehaviourError) {
        guard older.claim.origin == newer.claim.origin else {
            throw .twoOrigins(older.claim.origin, newer.claim.origin)
        }
        self.older = older
        self.newer = newer
        self.prefix = prefix
    }

    /// The file's bytes, as `init(parsing:)` reads them.
    public var encoded: [UInt8] {
        var bytes = Self.header
        for hash in prefix?.path ?? [] { bytes += "\(Base64.encode(hash.bytes))\n".utf8 }
        bytes.append(Self.newline)
        bytes += older.encoded
        bytes.append(Self.newline)
        return bytes + newer.encoded
    }

    /// Says whether two checkpoints stand in the order of a file.
    private static func areInOrder(_ one: SignedCheckpoint, _ other: SignedCheckpoint) -> Bool {
        let (one, other) = (one.claim, other.claim)
        return one.size == other.size
            ? !other.root.bytes.lexicographicallyPrecedes(one.root.bytes) : one.size < other.size
    }

    /// Takes the hashes and the blank line after them.
    private static func takePath(
        from rest: inout ArraySlice<UInt8>
    ) throws(MisbehaviourError) -> [Hash] {
        var path: [Hash] = []
        while let end = rest.firstIndex(of: newline) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty { return path }
            guard path.count < maximumHashCount else { throw .tooManyHashes }
            guard let bytes = Base64.decode(line), let hash = Hash(bytes) else {
                throw .malformedHash
            }
            path.append(hash)
        }
        throw .noBlankLine
    }

    /// Takes the first note and the blank line after it.
    ///
    /// A checkpoint has no blank line in its text, so the note ends before the second one.
    private static func takeNote(
        from rest: inout ArraySlice<UInt8>
    ) throws(MisbehaviourError) -> ArraySlice<UInt8> {
        var isInSignatures = false
        var offset = rest.startIndex
        while let end = rest[offset...].firstIndex(of: newline) {
            if end == offset {
                guard !isInSignatures else {
                    let note = rest[..<offset]
                    rest = rest[(end + 1)...]
                    return note
                }
                isInSignatures = true
            }
            offset = end + 1
        }
        throw .noBlankLine
    }

    private static func checkpoint(
        _ bytes: ArraySlice<UInt8>, _ place: MisbehaviourPlace
    ) throws(MisbehaviourError) -> SignedCheckpoint {
        do throws(SignedCheckpointError) {
            // Other people's checkpoints may have extension lines.
            return try SignedCheckpoint(parsing: Array(bytes), allowingExtensions: true)
        } catch {
            throw .malformedCheckpoint(place, error)
        }
    }
}

/// One of the two checkpoints of a ``MisbehaviourProof``.
public enum MisbehaviourPlace: String, Hashable, Sendable, CustomStringConvertible {
    /// The one of the smaller size, or of the smaller root.
    case older

    /// The other one.
    case newer

    /// The place in words.
    public var description: String {
        switch self {
        case .older: "the first checkpoint"
        case .newer: "the second checkpoint"
        }
    }
}

/// Why bytes, or two checkpoints, are no proof of misbehaviour (misbehaviour.md §1).
///
/// Every case means that there is nothing to judge.
public enum MisbehaviourError: Error, Hashable, Sendable {
    /// There are more bytes than a file can have.
    case tooLong(Int)

    /// The first line is not that of a proof of version 1.
    case unknownHeader

    /// A line of the proof is not canonical base64 of 32 bytes.
    case malformedHash

    /// The proof has more hashes than any can have.
    case tooManyHashes

    /// A blank line is missing: after the hashes, or after the first note.
    case noBlankLine

    /// What stands there is no signed checkpoint.
    case malformedCheckpoint(MisbehaviourPlace, SignedCheckpointError)

    /// The larger checkpoint, or of one size the larger root, comes first.
    case outOfOrder

    /// The hashes do not fit the two sizes.
    case malformedProof(ProofError)

    /// The checkpoints are of two logs: none of them says anything of the other.
    case twoOrigins(Text, Text)
}

extension MisbehaviourError: CustomStringConvertible {
    /// What is wrong with it, in words.
    public var description: String {
        switch self {
        case .tooLong(let count):
            "it has \(count) bytes, more than \(MisbehaviourProof.maximumByteCount)"
        case .unknownHeader: "its first line is not \"colophon/misbehaviour@v1\""
        case .malformedHash: "a line of its proof is not base64 of a hash"
        case .tooManyHashes:
            "its proof has more than \(MisbehaviourProof.maximumHashCount) hashes"
        case .noBlankLine: "a blank line is missing after its hashes or its first note"
        case .malformedCheckpoint(let place, let error):
            "\(place) is not a signed checkpoint: \(error.words)"
        case .outOfOrder: "its checkpoints are not in the order of their sizes and roots"
        case .malformedProof(.wrongPathLength(let count, let expected)):
            "its proof has \(count) hashes, where its sizes ask for \(expected)"
        case .malformedProof(.nothingToProve):
            "its first checkpoint is of the empty tree, which every tree extends"
        case .malformedProof: "its proof does not fit its sizes"
        case .twoOrigins(let one, let other):
            "its checkpoints are of two logs, \(one) and \(other)"
        }
    }
}
