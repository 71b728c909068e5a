import Checkpoints
import Encoding
import Merkle

/// What a note proves about a tree head, by the log keys that are trusted for its origin
/// (formats.md §8.18).
enum HeadNote: CustomStringConvertible {
    /// A known log key signed this head.
    case verified(Checkpoint, Lines)

    /// No signature line is by a key that is known; what it says is not believed.
    case unknownKey(Checkpoint, Lines)

    /// It is not a note, not of this origin, or a known key's signature does not verify.
    case refuted(String)

    /// A note, what it says, and the keys that were found to have signed it.
    struct Lines {
        let head: Checkpoint
        let note: SignedNote
        let signers: [VerifierKey]
    }

    /// Reads and verifies `bytes`; `isInForce` says which key may sign which tree size.
    init(
        _ bytes: [UInt8], origin: Text, keys: [VerifierKey],
        isInForce: (VerifierKey, UInt64) -> Bool
    ) {
        let note: SignedNote
        let checkpoint: Checkpoint
        do {
            note = try SignedNote(parsing: bytes)
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            self = .refuted("is not a signed checkpoint: \(error)")
            return
        }
        guard checkpoint.origin == origin else {
            self = .refuted("is of origin \(checkpoint.origin), not \(origin)")
            return
        }
        var signers: [VerifierKey] = []
        for key in keys {
            switch key.verify(note) {
            case .absent, .unsupported: continue
            case .invalid:
                self = .refuted("has a signature of \(key.name) that does not verify")
                return
            case .valid, .cosigned:
                guard isInForce(key, checkpoint.size) else {
                    self = .refuted("is signed by a key that was not in force at its size")
                    return
                }
                signers.append(key)
            }
        }
        let lines = Lines(head: checkpoint, note: note, signers: signers)
        self = signers.isEmpty ? .unknownKey(checkpoint, lines) : .verified(checkpoint, lines)
    }

    /// What the note says of a tree; nil where it says nothing that can be read.
    var checkpoint: Checkpoint? {
        switch self {
        case .refuted: nil
        case .verified(let head, _), .unknownKey(let head, _): head
        }
    }

    /// Holds the note to one tree: another size or root is false, whoever signed.
    func about(size: UInt64, root: Hash) -> HeadNote {
        switch self {
        case .refuted: return self
        case .verified(let head, _), .unknownKey(let head, _):
            guard head.size == size else {
                return .refuted("is of size \(head.size), the proof beside it of size \(size)")
            }
            guard head.root == root else {
                return .refuted(
                    "has another root than the proof beside it leads to: not this statement")
            }
            return self
        }
    }

    var description: String {
        switch self {
        case .verified(let head, _): "is verified at size \(head.size)"
        case .unknownKey: "is signed by no key that is known here"
        case .refuted(let reason): reason
        }
    }
}

extension Registry {
    /// Reads a note by the keys that this ledger's log has had.
    func headNote(_ bytes: [UInt8]) -> HeadNote {
        HeadNote(
            bytes, origin: origin.text, keys: noteKeys.terms.map(\.key),
            isInForce: { noteKeys.isInForce($0, forSize: $1) })
    }

    /// Says whether the receipt key of this thumbprint signs trees of `size`.
    func isReceiptKey(_ keyID: Hash, forSize size: UInt64) -> Bool {
        receiptKeys.terms.contains { term in
            term.key.keyID == keyID && receiptKeys.isInForce(term.key, forSize: size)
        }
    }
}
