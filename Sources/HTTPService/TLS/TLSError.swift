/// Why a certificate or its key cannot be used.
///
/// Whoever runs the server has to mend the file.
package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault.
    package let path: String

    /// What is wrong with it, in a few words.
    package let reason: String

    /// What to do about it, where we know.
    package let hint: String?

    /// Creates an error.
    init(_ path: String, _ reason: String, hint: String? = nil) {
        self.path = path
        self.reason = reason
        self.hint = hint
    }

    /// `PATH: REASON`.
    package var description: String {
        "\(path): \(reason)"
    }
}
