internal import Checkpoints
internal import Encoding
internal import Merkle

/// A request that may be granted: read, and signed by a key that is known for its log.
struct Claim: Sendable {
    /// Bytes of a checkpoint's text at most: ours has some hundred, and each is kept in memory as
    /// long as its log is known.
    static let maximumTextByteCount = 4 * 1024

    /// The size that the client believes to be the newest that the witness has cosigned.
    let oldSize: UInt64

    /// The consistency proof from there.
    let path: [Hash]

    /// The new checkpoint, with the lines of the log's keys and no others.
    let signed: SignedCheckpoint

    /// The keys that are known for the log.
    private let keys: [VerifierKey]

    var origin: Text { signed.claim.origin }
    var size: UInt64 { signed.claim.size }
    var root: Hash { signed.claim.root }

    /// Reads a request and checks all that needs no state: form, log, signature.
    init(_ body: [UInt8], for logs: KnownLogs) throws(WitnessRefusal) {
        let request = try Self.read(body)
        let (signed, text) = (request.signed, request.signed.note.text)
        guard request.oldSize <= signed.claim.size else {
            throw .oldSizeAbove(request.oldSize, size: signed.claim.size)
        }
        guard text.count <= Self.maximumTextByteCount else {
            throw .textTooLong(text.count, limit: Self.maximumTextByteCount)
        }
        guard let keys = logs.keys(of: signed.claim.origin) else {
            throw .unknownLog(signed.claim.origin)
        }
        oldSize = request.oldSize
        path = request.path
        self.keys = keys
        self.signed = try Self.check(signed, by: keys)
    }

    private static func read(_ body: [UInt8]) throws(WitnessRefusal) -> AddCheckpoint {
        do throws(AddCheckpointError) {
            return try AddCheckpoint(parsing: body)
        } catch .checkpoint(.text(.wrongEmptyRoot)) {
            throw .inconsistent(.emptyRoot)
        } catch {
            throw .malformed(error)
        }
    }

    /// Returns the checkpoint with the lines of those of `keys` that signed it.
    private static func check(
        _ signed: SignedCheckpoint, by keys: [VerifierKey]
    ) throws(WitnessRefusal) -> SignedCheckpoint {
        let signers: [VerifierKey]
        switch signed.verdict(of: keys.map { .init(key: $0) }) {
        case .signed(let keys): signers = keys
        case .invalid(let key): throw .badSignature(key)
        case .unknown, .unsupported, .otherOrigin, .notInForce: throw .notSigned
        }
        var lines: [NoteSignature] = []
        for line in signed.note.signatures where !lines.contains(line) {
            let isSigners = signers.contains { $0.keyID == line.keyID && $0.name == line.name }
            if isSigners { lines.append(line) }
        }
        do {
            let note = try SignedNote(text: signed.note.text, signatures: lines)
            return try SignedCheckpoint(note, allowingExtensions: true)
        } catch {
            preconditionFailure("a part of a checkpoint's lines is a checkpoint's")
        }
    }

    /// Checks that the tree has only grown since `latest`, which is nil where the witness has
    /// cosigned nothing of the log.
    func check(extends latest: WitnessedHead?) throws(WitnessRefusal) {
        let latestSize = latest?.size ?? 0
        guard oldSize == latestSize else { throw .stale(latest: latestSize) }
        let latestRoot = latest?.signed.claim.root ?? .emptyTree
        guard oldSize > 0, oldSize < size else {
            // From nothing everything follows, and from a tree the same tree.
            guard path.isEmpty else { throw .inconsistent(.needlessProof) }
            guard oldSize < size || root == latestRoot else { throw .inconsistent(.otherRoot) }
            return
        }
        do throws(ProofError) {
            let proof = try ConsistencyProof(oldSize: oldSize, newSize: size, path: path)
            try proof.verify(old: latestRoot, new: root)
        } catch {
            throw .inconsistent(.badProof)
        }
    }

    /// Returns what convicts the log by this claim, which was refused, and a head that was
    /// cosigned: another tree of one size, or a larger tree whose own proof says that it has not
    /// grown from that head.
    func misbehaviour(beside cosigned: WitnessedHead) -> MisbehaviourProof? {
        let isOneSize = cosigned.size == size && cosigned.signed.claim.root != root
        guard isOneSize || (cosigned.size == oldSize && oldSize < size) else { return nil }
        do throws(MisbehaviourError) {
            let proof = try MisbehaviourProof(
                cosigned.signed, signed, consistency: isOneSize ? [] : path)
            do throws(ConvictionRefusal) {
                _ = try proof.convict(by: keys.map { .init(key: $0) })
                return proof
            } catch {
                return nil
            }
        } catch {
            return nil
        }
    }
}
