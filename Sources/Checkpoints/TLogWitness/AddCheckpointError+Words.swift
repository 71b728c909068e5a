extension AddCheckpointError: CustomStringConvertible {
    /// What is wrong with the request, in words.
    public var description: String {
        switch self {
        case .tooLong(let count):
            "it has \(count) bytes, more than \(AddCheckpoint.maximumByteCount)"
        case .malformedOldSize: "its first line is not \"old\" and a decimal number"
        case .malformedHash: "a line of its proof is not base64 of a hash"
        case .tooManyHashes:
            "its proof has more than \(AddCheckpoint.maximumHashCount) hashes"
        case .noBlankLine: "no blank line ends its proof"
        case .checkpoint(let error): "it has no signed checkpoint: \(error.words)"
        }
    }
}
