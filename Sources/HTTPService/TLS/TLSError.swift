/// Why a certificate or its key cannot be used.
///
/// The operator has to mend the file.
package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault.
    package let path: String

    /// The error, in a few words.
    package let reason: String

    /// A hint, where we know one.
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
