internal import Encoding
public import Merkle

/// A log's request to a witness: cosign this checkpoint, which extends the one that you have seen
/// (C2SP tlog-witness, "add-checkpoint").
///
///     old <decimal>
///     <base64 hash>               none to 63: the consistency proof
///
///     <checkpoint with its signatures, byte for byte>
///
/// A value of this type is well formed and nothing more: neither proof nor signature is checked.
public struct AddCheckpoint: Hashable, Sendable {
    /// Most hashes of the proof: no tree of 2^63 - 1 leaves is higher.
    public static let maximumHashCount = 63

    /// Most bytes of a request: the note's own limit, and 64 lines before it.
    public static let maximumByteCount = SignedNote.maximumByteCount + 4 * 1024

    /// The size of the checkpoint of this log that the witness has cosigned last; 0 for none.
    public let oldSize: UInt64

    /// The hashes of the consistency proof from `oldSize` (RFC 9162 §2.1.4.1).
    public let path: [Hash]

    /// The new checkpoint; nobody has checked who signed it.
    public let signed: SignedCheckpoint

    private static let prefix = Array("old ".utf8)
    private static let newline = UInt8(ascii: "\n")

    /// Puts a request together.
    public init(oldSize: UInt64, path: [Hash], signed: SignedCheckpoint) {
        self.oldSize = oldSize
        self.path = path
        self.signed = signed
    }

    /// Reads the body of a request; every byte is accounted for.
    public init(parsing bytes: [UInt8]) throws(AddCheckpointError) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
        guard bytes.starts(with: Self.prefix) else { throw .malformedOldSize }
        var rest = bytes[Self.prefix.count...]
        guard let line = Self.takeLine(from: &rest), let oldSize = decimal(line) else {
            throw .malformedOldSize
        }
        let path = try Self.takePath(from: &rest)
        do throws(SignedCheckpointError) {
            // Other people's checkpoints may have extension lines.
            let signed = try SignedCheckpoint(parsing: Array(rest), allowingExtensions: true)
            self.init(oldSize: oldSize, path: path, signed: signed)
        } catch {
            throw .checkpoint(error)
        }
    }

    /// The request's body, as `init(parsing:)` reads it.
    public var encoded: [UInt8] {
        var bytes = Self.prefix + Array("\(oldSize)\n".utf8)
        for hash in path { bytes += "\(Base64.encode(hash.bytes))\n".utf8 }
        bytes.append(Self.newline)
        return bytes + signed.encoded
    }

    /// Takes the first line, without its LF; nil where none ends.
    private static func takeLine(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: newline) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// Takes the hashes and the blank line after them.
    private static func takePath(
        from rest: inout ArraySlice<UInt8>
    ) throws(AddCheckpointError) -> [Hash] {
        var path: [Hash] = []
        while let line = takeLine(from: &rest) {
            if line.isEmpty { return path }
            guard path.count < maximumHashCount else { throw .tooManyHashes }
            guard let bytes = Base64.decode(line), let hash = Hash(bytes) else {
                throw .malformedHash
            }
            path.append(hash)
        }
        throw .noBlankLine
    }
}

/// Why bytes are not a request to cosign (C2SP tlog-witness).
///
/// Every case means that the request is malformed as a whole.
public enum AddCheckpointError: Error, Hashable, Sendable {
    /// There are more bytes than a request can have.
    case tooLong(Int)

    /// The first line is not "old" and a decimal number of one spelling.
    case malformedOldSize

    /// A line of the proof is not canonical base64 of 32 bytes.
    case malformedHash

    /// The proof has more than 63 hashes.
    case tooManyHashes

    /// No blank line ends the proof.
    case noBlankLine

    /// What follows the proof is no signed checkpoint.
    case checkpoint(SignedCheckpointError)
}
