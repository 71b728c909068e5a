/// Why a certificate or its key cannot be used.
///
/// Whoever runs the server has to mend the file.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault.
    public let path: String

    /// What is wrong with it, in a few words.
    public let reason: String

    /// What to do about it, where we know.
    public let hint: String?

    /// Creates an error.
    init(_ path: String, _ reason: String, hint: String? = nil) {
        self.path = path
        self.reason = reason
        self.hint = hint
    }

    /// `PATH: REASON`.
    public var description: String {
        "\(path): \(reason)"
    }
}
