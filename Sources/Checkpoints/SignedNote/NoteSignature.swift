public import Encoding

/// One signature line of a note: who says to have signed, and the bytes that should show it.
///
///     EM DASH  SP  name  SP  base64(key ID, 4 bytes big-endian || signature, 1 byte or more)  LF
///
/// It proves nothing until a ``VerifierKey`` has checked it over the note's text.
public struct NoteSignature: Hashable, Sendable {
    /// The name of the signing key.
    public let name: Text

    /// The short hash that tells keys of one name apart; it is no fingerprint.
    public let keyID: UInt32

    /// The bytes after the key ID, not empty; their shape depends on the key's type.
    public let signature: [UInt8]

    /// U+2014 in UTF-8, then a space.
    private static let prefix: [UInt8] = [0xE2, 0x80, 0x94, 0x20]

    /// Creates a line from its parts after checking what the format demands of each.
    public init(name: Text, keyID: UInt32, signature: [UInt8]) throws(NoteError) {
        guard isKeyName(name) else { throw .malformedKeyName }
        guard !signature.isEmpty else { throw .emptySignature }
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Creates the line of a key that made a signature.
    init(by key: VerifierKey, signature: [UInt8]) {
        self.name = key.name
        self.keyID = key.keyID
        self.signature = signature
    }

    /// Reads one line, given without its LF.
    public init(parsing line: ArraySlice<UInt8>) throws(NoteError) {
        guard line.starts(with: Self.prefix) else { throw .malformedSignatureLine }
        let rest = line.dropFirst(Self.prefix.count)
        guard let space = rest.lastIndex(of: UInt8(ascii: " ")) else {
            throw .malformedSignatureLine
        }
        guard let name = Text(utf8: rest[..<space]), isKeyName(name) else {
            throw .malformedKeyName
        }
        guard let bytes = Base64.decode(rest[(space + 1)...]) else { throw .malformedBase64 }
        guard bytes.count > 4 else { throw .emptySignature }
        self.name = name
        self.keyID = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        self.signature = Array(bytes[4...])
    }

    /// The line's bytes with its LF.
    public var line: [UInt8] {
        let keyIDBytes = stride(from: 24, through: 0, by: -8).map { shift in
            UInt8(truncatingIfNeeded: keyID >> UInt32(shift))
        }
        var line = Self.prefix + name.utf8
        line.append(UInt8(ascii: " "))
        line += Base64.encode(keyIDBytes + signature).utf8
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
