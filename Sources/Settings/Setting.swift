/// One thing a program can be told, and every way to tell it.
///
/// The name of a setting is its key in the configuration file and, after two hyphens, its flag;
/// a list has its own flag, in the singular.
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

    /// Whether its value is a list of paths, joined by commas.
    public let isList: Bool

    /// Whether its value is an address, or several joined by commas: a user, a password or a query
    /// in one is a secret.
    public let isAddress: Bool

    /// The command line flag, with its two hyphens.
    public let flag: String

    /// Creates a setting.
    ///
    /// - Parameter flag: the flag where it is not the key: one that gives an element of a list.
    public init(
        _ key: String, flag: String? = nil, variable: String? = nil, fallback: String? = nil,
        isPath: Bool = false, isList: Bool = false, isAddress: Bool = false, summary: String
    ) {
        self.key = key
        self.flag = "--" + (flag ?? key)
        self.variable = variable
        self.fallback = fallback
        self.isPath = isPath
        self.isList = isList
        self.isAddress = isAddress
        self.summary = summary
    }

    /// The value with each path in it replaced by what `path` makes of it.
    func replacingPaths<Failure: Error>(
        in value: String, by path: (String) throws(Failure) -> String
    ) throws(Failure) -> String {
        guard isPath else { return value }
        guard isList else { return try path(value) }
        return try Settings.elements(of: value).map(path).joined(separator: ",")
    }
}
