import Files

/// Everything one program can be told, and where its configuration file is looked for.
public struct SettingsTable: Sendable {
    /// The settings, in the order in which `--print-config` shows them.
    public let settings: [Setting]

    /// The configuration files that are read where none is named: the first that exists.
    ///
    /// A path may begin with `~/`.
    public let defaultFiles: [String]

    /// The environment variable that names a configuration file, below the flag `--config`.
    public let fileVariable: String

    /// Creates a table.
    ///
    /// - Precondition: the keys are distinct.
    public init(settings: [Setting], defaultFiles: [String], fileVariable: String) {
        precondition(
            Set(settings.map(\.key)).count == settings.count, "the keys of settings are distinct")
        self.settings = settings
        self.defaultFiles = defaultFiles
        self.fileVariable = fileVariable
    }

    /// Returns the setting with this key.
    public func setting(_ key: String) -> Setting? {
        settings.first { $0.key == key }
    }

    /// The process's own variables, as far as settings or paths depend on them.
    var ownEnvironment: [String: String] {
        var environment: [String: String] = [:]
        for name in settings.compactMap(\.variable) + [fileVariable, "HOME"] {
            environment[name] = ProcessStart.variable(name)
        }
        return environment
    }
}
