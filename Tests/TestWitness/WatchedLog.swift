package import Checkpoints
import Crypto
package import Encoding
package import Merkle

/// A log whose leaves are numbers, with as many forks as a test wants: what a witness is asked
/// about.
///
/// Roots and proofs follow RFC 9162 §2.1 word for word.
package struct WatchedLog: Sendable {
    package let origin: Text
    package let signer: NoteSigner

    /// Tells the leaves of one fork from those of another.
    package var fork: UInt8 = 0

    /// The first leaf in which forks differ.
    package var forkedAt: UInt64 = 0

    package init(_ origin: Text, seed: UInt8 = 1) throws {
        self.origin = origin
        signer = try NoteSigner(name: origin, key: SigningKey(seed: seed))
    }

    package init(_ origin: String, seed: UInt8 = 1) throws {
        try self.init(Text(origin), seed: seed)
    }

    package var key: VerifierKey { signer.verifierKey }

    /// The `log` line of a file of logs.
    package var line: String { "log \(key)\n" }

    /// The same log with other leaves from `index` on.
    package func forked(at index: UInt64, _ fork: UInt8 = 1) -> WatchedLog {
        var log = self
        log.fork = fork
        log.forkedAt = index
        return log
    }

    /// MTH(D_n).
    package func root(_ size: UInt64) -> Hash {
        size == 0 ? .emptyTree : root(of: 0..<size)
    }

    /// The checkpoint of a size.
    package func checkpoint(_ size: UInt64) throws -> SignedCheckpoint {
        let checkpoint = try Checkpoint(origin: origin, size: size, root: root(size))
        return try SignedCheckpoint(signer.note(checkpoint))
    }

    /// The request to cosign the head of a size.
    package func request(from old: UInt64, to size: UInt64) throws -> [UInt8] {
        AddCheckpoint(
            oldSize: old, path: proof(from: old, to: size), signed: try checkpoint(size)
        ).encoded
    }

    /// PROOF(m, D_n), the consistency path (RFC 9162 §2.1.4.1), for 0 < m < n; else empty.
    package func proof(from old: UInt64, to new: UInt64) -> [Hash] {
        old == 0 || old >= new ? [] : subproof(old, 0..<new, true)
    }

    private func root(of range: Range<UInt64>) -> Hash {
        guard range.count > 1 else {
            let index = range.lowerBound
            let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(index >> $0 & 0xFF) }
            return .leaf(bytes + [index < forkedAt ? 0 : fork])
        }
        let middle = split(range)
        return .node(root(of: range.lowerBound..<middle), root(of: middle..<range.upperBound))
    }

    private func subproof(_ old: UInt64, _ range: Range<UInt64>, _ isWhole: Bool) -> [Hash] {
        guard old < range.upperBound else { return isWhole ? [] : [root(of: range)] }
        let middle = split(range)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return old <= middle
            ? subproof(old, left, isWhole) + [root(of: right)]
            : subproof(old, right, false) + [root(of: left)]
    }

    /// The range's start plus k, the largest power of two smaller than its length.
    private func split(_ range: Range<UInt64>) -> UInt64 {
        var k: UInt64 = 1
        while 2 * k < range.upperBound - range.lowerBound { k *= 2 }
        return range.lowerBound + k
    }
}

extension SigningKey {
    /// An Ed25519 key that is the same in every run.
    package init(seed: UInt8) throws {
        let bytes = Hash.sha256([seed]).bytes
        self = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: bytes))
    }
}

extension WatchedLog {
    /// The checkpoint of a size, signed by the key of another log alone, under that log's name.
    package func signed(by other: WatchedLog, _ size: UInt64) throws -> SignedCheckpoint {
        let text = try checkpoint(size).note.text
        let note = try SignedNote(text: text, signatures: [other.signer.sign(text)])
        return try SignedCheckpoint(note)
    }

    /// The checkpoint of a size with a signature of this log that does not verify.
    package func spoiled(_ size: UInt64) throws -> SignedCheckpoint {
        let text = try checkpoint(size).note.text
        let line = try signer.sign(text + text)
        return try SignedCheckpoint(SignedNote(text: text, signatures: [line]))
    }
}

extension SignedCheckpoint {
    /// This checkpoint with the lines of another beside its own.
    package func adding(_ other: SignedCheckpoint) throws -> SignedCheckpoint {
        try SignedCheckpoint(note.adding(other.note.signatures), allowingExtensions: true)
    }
}
