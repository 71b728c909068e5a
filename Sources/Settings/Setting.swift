/// One thing a program can be told, and every way to tell it.
///
/// The name of a setting is its key in the configuration file and, after two hyphens, its flag.
public struct Setting: Hashable, Sendable {
    /// The key in the configuration file, in lower case with hyphens: `log-level`.
    public let key: String

    /// The environment variable that sets it; nil where the environment may not.
    public let variable: String?

    /// The value where nothing else gives one, as it would be written on the command line.
    public let fallback: String?

    /// One line about its purpose.
    public let summary: String

    /// Whether its value is the path of a file or folder, whose bytes need not be text.
    ///
    /// In a configuration file it may begin with `~/`; a relative one starts at the file's folder.
    public let isPath: Bool

    /// Creates a setting.
    public init(
        _ key: String, variable: String? = nil, fallback: String? = nil, isPath: Bool = false,
        summary: String
    ) {
        self.key = key
        self.variable = variable
        self.fallback = fallback
        self.isPath = isPath
        self.summary = summary
    }

    /// The command line flag, with its two hyphens.
    public var flag: String {
        "--" + key
    }
}
