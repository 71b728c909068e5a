public import Checkpoints

/// Who must have signed what a log shows.
public enum LogTrust: Sendable {
    /// One of these keys, for the origin that is its name.
    case keys([VerifierKey])

    /// Reads a note and verifies it.
    func open(
        _ bytes: [UInt8], _ path: String
    ) throws(LogError) -> (SignedNote, Checkpoint) {
        let note: SignedNote
        let checkpoint: Checkpoint
        do {
            note = try SignedNote(parsing: bytes)
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            throw .malformed(path: path, rule: "is not a signed checkpoint: \(error)")
        }
        guard case .keys(let keys) = self else { preconditionFailure("there is one case") }
        let verdicts = keys.filter { $0.name == checkpoint.origin }.map { $0.verify(note) }
        guard !verdicts.contains(.invalid) else {
            throw .untrusted(path: path, reason: "has a signature that does not verify")
        }
        guard verdicts.contains(.valid) else {
            throw .untrusted(
                path: path,
                reason: "is of \(checkpoint.origin) and signed by no key that is known here")
        }
        return (note, checkpoint)
    }
}
