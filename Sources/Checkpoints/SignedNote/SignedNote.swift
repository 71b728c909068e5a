internal import Encoding

/// A text with the signatures of those who vouch for it (C2SP signed-note).
///
///     text        UTF-8, ends with LF, no control characters but LF
///     LF          the last blank line of the note: the text may hold others
///     1...100     signature lines, see ``NoteSignature``
///
/// A value of this type is well formed and nothing more: its text must not be believed until
/// a ``VerifierKey`` or a ``TrustPolicy`` that the caller trusts has verified a signature.
public struct SignedNote: Hashable, Sendable {
    /// Most bytes of a note that is read: sixteen post-quantum signatures of 5 kB fit, and a
    /// stranger cannot make us keep more.
    public static let maximumByteCount = 128 * 1024

    /// Most signature lines of a note: the specification asks for at least 16, other
    /// implementations stop at 100, and each known one costs a signature check.
    public static let maximumSignatureCount = 100

    /// The signed text: UTF-8, with its final LF and without the blank line.
    public let text: [UInt8]

    /// The signature lines in their order, at least one; a line may occur twice.
    public let signatures: [NoteSignature]

    /// Reads a note; every byte of it is accounted for, so ``encoded`` gives the same bytes.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw .tooLong(bytes.count, limit: Self.maximumByteCount)
        }
        try Self.checkCharacters(bytes)
        guard let blank = Self.lastBlankLine(of: bytes) else { throw .noBlankLine }
        guard blank + 1 < bytes.count else { throw .noSignatures }
        guard bytes.last == UInt8(ascii: "\n") else { throw .unterminated }
        var signatures: [NoteSignature] = []
        var lineStart = blank + 1
        while lineStart < bytes.count {
            guard signatures.count < Self.maximumSignatureCount else {
                throw .tooManySignatures(limit: Self.maximumSignatureCount)
            }
            let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            signatures.append(try NoteSignature(parsing: bytes[lineStart..<lineEnd]))
            lineStart = lineEnd + 1
        }
        self.text = Array(bytes[..<blank])
        self.signatures = signatures
    }

    /// Puts a note together from its text and at least one signature; nothing is verified.
    public init(text: [UInt8], signatures: [NoteSignature]) throws(NoteError) {
        try Self.checkCharacters(text)
        guard text.last == UInt8(ascii: "\n") else { throw .unterminated }
        guard !signatures.isEmpty else { throw .noSignatures }
        guard signatures.count <= Self.maximumSignatureCount else {
            throw .tooManySignatures(limit: Self.maximumSignatureCount)
        }
        self.text = text
        self.signatures = signatures
        let byteCount = encoded.count
        guard byteCount <= Self.maximumByteCount else {
            throw .tooLong(byteCount, limit: Self.maximumByteCount)
        }
    }

    /// Puts a log's own signature under a checkpoint's text, which is always fit for a note:
    /// at most a few hundred bytes, UTF-8, no control character but LF, one at the end.
    init(checkpoint text: [UInt8], signature: NoteSignature) {
        self.text = text
        self.signatures = [signature]
    }

    /// Returns this note with `more` lines after its own; a line it has already is left out.
    public func adding(_ more: [NoteSignature]) throws(NoteError) -> SignedNote {
        var signatures = signatures
        for signature in more where !signatures.contains(signature) {
            signatures.append(signature)
        }
        return try SignedNote(text: text, signatures: signatures)
    }

    /// The note's bytes: text, blank line, signature lines.
    public var encoded: [UInt8] {
        var bytes = text
        bytes.append(UInt8(ascii: "\n"))
        for signature in signatures {
            bytes += signature.line
        }
        return bytes
    }

    /// Refuses control characters other than LF, and anything that is not UTF-8.
    private static func checkCharacters(_ bytes: [UInt8]) throws(NoteError) {
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != UInt8(ascii: "\n") }) {
            throw .controlCharacter(offset: offset)
        }
        guard Text(utf8: bytes) != nil else { throw .notUTF8 }
    }

    /// Returns the offset of the last LF that follows an LF: where the text ends.
    private static func lastBlankLine(of bytes: [UInt8]) -> Int? {
        var next = false
        for offset in bytes.indices.reversed() {
            let isNewline = bytes[offset] == UInt8(ascii: "\n")
            if isNewline && next { return offset + 1 }
            next = isNewline
        }
        return nil
    }
}

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
