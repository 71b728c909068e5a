extension SignedCheckpointError {
    /// What is wrong with the bytes, in words that end a sentence about them.
    public var words: String {
        switch self {
        case .note(let error): error.words
        case .text(let error): error.words
        }
    }
}

extension NoteError {
    /// What is wrong with the bytes, in words that end a sentence about them.
    public var words: String {
        switch self {
        case .tooLong(let count, let limit): "it has \(count) bytes, more than \(limit)"
        case .tooManySignatures(let limit): "it has more than \(limit) signature lines"
        case .controlCharacter(let offset): "its byte \(offset) is a control character"
        case .notUTF8: "it is not UTF-8"
        case .noBlankLine: "no blank line ends its text"
        case .noSignatures: "it has no signature line"
        case .unterminated: "its last line does not end with a line feed"
        case .malformedSignatureLine: "a line below its text is not of the form \"— NAME BASE64\""
        case .malformedKeyName:
            "the name of a key is empty, or has a space, a control character or a \"+\""
        case .malformedBase64: "a signature is not base64 of one spelling"
        case .emptySignature: "a signature is empty"
        }
    }
}

extension CheckpointError {
    /// What is wrong with the text, in words that end a sentence about it.
    public var words: String {
        switch self {
        case .unterminated: "its text does not end with a line feed"
        case .missingLine(let count): "its text has \(count) lines; origin, size and root are three"
        case .extensionLine: "a line follows its root"
        case .malformedOrigin:
            "its origin is empty, has more than \(Checkpoint.maximumOriginByteCount) bytes or a "
                + "control character"
        case .malformedSize: "its size is not a decimal number of one spelling up to 2^63 - 1"
        case .malformedRoot: "its root is not base64 of 32 bytes"
        case .wrongEmptyRoot: "its size is 0, and its root is not that of the empty tree"
        case .malformedExtension: "a line below its root is empty or has a control character"
        }
    }
}
