/// Where the value of a setting comes from.
public enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    /// A flag on the command line, such as `--listen`.
    case flag(String)

    /// An environment variable.
    case environment(String)

    /// The configuration file at this path.
    case file(String)

    /// Nobody said anything: the program's own choice.
    case fallback

    /// A few words for `--print-config` and for error messages.
    public var description: String {
        switch self {
        case .flag(let flag): "flag \(flag)"
        case .environment(let name): "environment \(name)"
        case .file(let path): "file \(path)"
        case .fallback: "default"
        }
    }
}
