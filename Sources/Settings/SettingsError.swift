/// Why a program's settings could not be read.
///
/// Each is a mistake in the settings: say it and exit with 2.
public struct SettingsError: Error, Hashable, CustomStringConvertible {
    /// The file, flag or variable at fault.
    public let place: String

    /// The reason, in one line.
    public let reason: String

    /// A hint, where we know one.
    public let hint: String?

    /// Creates an error.
    public init(_ place: String, _ reason: String, hint: String? = nil) {
        self.place = place
        self.reason = reason
        self.hint = hint
    }

    /// The path of a file or folder that is empty, at a flag, an argument or a key of a file.
    static func emptyPath(_ place: String) -> SettingsError {
        SettingsError(
            place, "is empty, and names no file and no folder",
            hint: "give it a name, or leave it out; \".\" is the current folder")
    }

    /// `PLACE: REASON`, without the hint.
    public var description: String {
        "\(place): \(reason)"
    }
}
