/// A note whose text is a checkpoint: what somebody says that a log has signed (C2SP
/// tlog-checkpoint).
///
/// A value of this type is well formed and nothing more: nobody has checked who signed it. Only
/// ``open(as:by:about:)`` makes a ``VerifiedCheckpoint`` of it, and only
/// ``TrustPolicy/open(_:)`` one that witnesses have seen.
public struct SignedCheckpoint: Hashable, Sendable {
    /// The note, with all its signature lines.
    public let note: SignedNote

    /// What the note's text says, unverified.
    public let claim: Checkpoint

    /// Reads the text of a note; extension lines are refused unless `allowingExtensions`.
    public init(
        _ note: SignedNote, allowingExtensions: Bool = false
    ) throws(CheckpointError) {
        claim = try Checkpoint(parsing: note.text, allowingExtensions: allowingExtensions)
        self.note = note
    }

    /// Reads a note and its text; ``encoded`` gives the same bytes.
    ///
    /// Extension lines are refused unless `allowingExtensions`.
    public init(
        parsing bytes: [UInt8], allowingExtensions: Bool = false
    ) throws(SignedCheckpointError) {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(parsing: bytes)
        } catch {
            throw .note(error)
        }
        do throws(CheckpointError) {
            try self.init(note, allowingExtensions: allowingExtensions)
        } catch {
            throw .text(error)
        }
    }

    /// Takes a note whose text is that of `claim`.
    init(unchecked note: SignedNote, _ claim: Checkpoint) {
        self.note = note
        self.claim = claim
    }

    /// The note's bytes.
    public var encoded: [UInt8] { note.encoded }
}

/// Why bytes are not a signed checkpoint.
///
/// Every case means that they must be rejected as a whole.
public enum SignedCheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// They are not a signed note.
    case note(NoteError)

    /// The note's text is not a checkpoint.
    case text(CheckpointError)

    /// The name of the rule that is broken.
    public var description: String {
        switch self {
        case .note(let error): "\(error)"
        case .text(let error): "\(error)"
        }
    }
}
