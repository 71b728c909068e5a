/// Why bytes are not a signed note (C2SP signed-note).
///
/// Every case means the note must be rejected as a whole.
public enum NoteError: Error, Hashable, Sendable {
    /// The note has more bytes than `limit`.
    case tooLong(Int, limit: Int)

    /// The note has more signature lines than `limit`.
    case tooManySignatures(limit: Int)

    /// A byte below 0x20 other than LF stands at `offset`.
    case controlCharacter(offset: Int)

    /// The bytes are not valid UTF-8.
    case notUTF8

    /// No blank line separates a text from signatures.
    case noBlankLine

    /// No signature line follows the text.
    case noSignatures

    /// The last line does not end with LF.
    case unterminated

    /// A line after the text does not have the form "— NAME BASE64".
    case malformedSignatureLine

    /// A key name is empty, or has a space, a control character or a "+".
    case malformedKeyName

    /// A signature is not canonical standard base64.
    case malformedBase64

    /// A signature has no byte beside its key ID.
    case emptySignature
}
