internal import Encoding
public import Merkle

/// A file that shows offline that a log holds an entry (C2SP tlog-proof).
///
///     c2sp.org/tlog-proof@v1
///     extra <base64>              left out where there is none
///     index <decimal>
///     <base64 hash>               none to 63, the leaf's sibling first
///
///     <checkpoint with its signatures, byte for byte>
///
/// A value of this type is well formed: the path has the one length that index and size allow.
/// It proves nothing until ``verify(leaf:by:)``, and its extra data not even then.
public struct TLogProof: Hashable, Sendable {
    /// Most bytes of extra data: enough for a statement and its manifest's digest many times.
    public static let maximumExtraByteCount = 64 * 1024

    /// Data that nothing authenticates, not empty; nil where there is none.
    public let extra: [UInt8]?

    /// The entry's index, the tree's size, and the path.
    public let inclusion: InclusionProof

    /// The signed tree head, of the proof's tree size; nobody has checked who signed it.
    public let signed: SignedCheckpoint

    private static let header = Array("c2sp.org/tlog-proof@v1\n".utf8)
    private static let newline = UInt8(ascii: "\n")

    /// Puts a proof together; `signed` must be a checkpoint of the proof's tree size.
    public init(
        inclusion: InclusionProof, signed: SignedCheckpoint, extra: [UInt8]? = nil
    ) throws(TLogProofError) {
        guard signed.claim.size == inclusion.treeSize else {
            throw .otherTreeSize(inclusion.treeSize, checkpoint: signed.claim.size)
        }
        if let extra {
            guard (1...Self.maximumExtraByteCount).contains(extra.count) else {
                throw .malformedExtra
            }
        }
        self.extra = extra
        self.inclusion = inclusion
        self.signed = signed
    }

    /// Reads a proof; every byte is accounted for, so ``encoded`` gives the same bytes.
    public init(parsing bytes: [UInt8]) throws(TLogProofError) {
        guard bytes.starts(with: Self.header) else { throw .unknownHeader }
        var rest = bytes[Self.header.count...]
        var extra: [UInt8]?
        if let line = Self.takeLine("extra ", from: &rest) {
            // Four characters of base64 hold three bytes.
            guard line.count <= Self.maximumExtraByteCount / 3 * 4 + 4,
                let data = Base64.decode(line)
            else { throw .malformedExtra }
            extra = data
        }
        guard let line = Self.takeLine("index ", from: &rest), let index = decimal(line) else {
            throw .malformedIndex
        }
        let path = try Self.takePath(from: &rest)
        // Other people's checkpoints may have extension lines.
        let signed: SignedCheckpoint
        do throws(SignedCheckpointError) {
            signed = try SignedCheckpoint(parsing: Array(rest), allowingExtensions: true)
        } catch {
            switch error {
            case .note(let error): throw .malformedNote(error)
            case .text(let error): throw .malformedCheckpoint(error)
            }
        }
        let inclusion: InclusionProof
        do throws(ProofError) {
            inclusion = try InclusionProof(
                leafIndex: index, treeSize: signed.claim.size, path: path)
        } catch {
            throw .malformedProof(error)
        }
        try self.init(inclusion: inclusion, signed: signed, extra: extra)
    }

    /// The proof's bytes, as `init(parsing:)` reads them.
    public var encoded: [UInt8] {
        var bytes = Self.header
        if let extra { bytes += "extra \(Base64.encode(extra))\n".utf8 }
        bytes += "index \(inclusion.leafIndex)\n".utf8
        for hash in inclusion.path {
            bytes += "\(Base64.encode(hash.bytes))\n".utf8
        }
        bytes.append(Self.newline)
        return bytes + signed.encoded
    }

    /// Checks that the log holds `leaf`, by the word of those whom `policy` trusts.
    public func verify(
        leaf: Hash, by policy: TrustPolicy
    ) throws(TLogProofRefusal) -> AcceptedCheckpoint {
        let accepted: AcceptedCheckpoint
        do throws(PolicyRefusal) {
            accepted = try policy.open(signed)
        } catch {
            throw .checkpoint(error)
        }
        guard inclusion.root(from: leaf) == accepted.checkpoint.root else { throw .otherRoot }
        return accepted
    }

    /// Takes the rest of the first line, if the line begins with `prefix` and ends with LF.
    private static func takeLine(
        _ prefix: String, from rest: inout ArraySlice<UInt8>
    ) -> ArraySlice<UInt8>? {
        guard rest.starts(with: prefix.utf8), let end = rest.firstIndex(of: newline) else {
            return nil
        }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end].dropFirst(prefix.utf8.count)
    }

    /// Takes the hashes and the blank line after them.
    private static func takePath(
        from rest: inout ArraySlice<UInt8>
    ) throws(TLogProofError) -> [Hash] {
        var path: [Hash] = []
        while let line = takeLine("", from: &rest) {
            if line.isEmpty { return path }
            // No tree of 2^63 - 1 leaves is higher.
            guard path.count < 63 else { throw .tooManyHashes }
            guard let bytes = Base64.decode(line), let hash = Hash(bytes) else {
                throw .malformedHash
            }
            path.append(hash)
        }
        throw .noBlankLine
    }
}

/// Why bytes are not a proof file (C2SP tlog-proof).
///
/// Every case means the file must be rejected as a whole.
public enum TLogProofError: Error, Hashable, Sendable {
    /// The first line is not that of a proof of version 1.
    case unknownHeader

    /// The extra data is empty, too long or not canonical base64.
    case malformedExtra

    /// No index follows, or it is not a decimal number of one spelling up to 2^63 - 1.
    case malformedIndex

    /// A line of the path is not canonical base64 of 32 bytes.
    case malformedHash

    /// The path has more than 63 hashes.
    case tooManyHashes

    /// No blank line ends the path.
    case noBlankLine

    /// What follows the path is not a signed note.
    case malformedNote(NoteError)

    /// The note's text is not a checkpoint.
    case malformedCheckpoint(CheckpointError)

    /// Index and path do not fit the checkpoint's size.
    case malformedProof(ProofError)

    /// The inclusion proof is for a tree of another size than the checkpoint's.
    case otherTreeSize(UInt64, checkpoint: UInt64)
}

/// Why a well-formed proof file does not show that a log holds an entry.
public enum TLogProofRefusal: Error, Hashable, Sendable {
    /// The policy does not accept the checkpoint.
    case checkpoint(PolicyRefusal)

    /// Leaf and path do not lead to the checkpoint's root: not this entry, or not this log.
    case otherRoot
}
