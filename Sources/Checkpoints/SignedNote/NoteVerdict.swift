/// The verdict of one key on one note.
public enum NoteVerdict: Hashable, Sendable {
    /// No line of the note bears the key's name and ID; the key says nothing.
    case absent

    /// The key signed the note's text.
    case valid

    /// The key cosigned the note's text at `time`, POSIX seconds by its own clock, not 0.
    case cosigned(time: UInt64)

    /// The key cosigned the note's text, at a time that lies too far before the head's own: its
    /// clock was wrong, and it counts for nothing (``Cosignature/pastSkew``).
    case tooEarly(time: UInt64)

    /// A line bears the key's name and ID, of a type that this library cannot verify.
    case unsupported

    /// A line bears the key's name and ID and does not verify: reject the whole note.
    case invalid

    /// Joins the verdicts of two lines of one key: one bad line spoils all, and of two good
    /// cosignatures the earlier says more about when the note existed.
    func joined(with other: NoteVerdict) -> NoteVerdict {
        switch (self, other) {
        case (.invalid, _), (_, .invalid): .invalid
        case (.cosigned(let one), .cosigned(let two)): .cosigned(time: min(one, two))
        case (.absent, _): other
        default: self
        }
    }
}
