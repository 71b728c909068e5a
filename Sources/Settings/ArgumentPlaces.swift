import Encoding

/// What each argument of a command line is, as the parser's own description of the commands says.
///
/// Asked only about arguments that are no text, or empty, so that no list of flags has to be kept
/// beside the commands.
public struct ArgumentPlaces {
    /// How the usage calls the values that are paths of files and folders: these words, or what
    /// begins with them, as `file-or-size`.
    public static let pathNames = ["file", "dir", "pem", "kit", "path", "program"]

    private let root: JSON

    /// The tree of commands is deeper than a manifest may be.
    private static let depthLimit = 64

    /// Reads the description of all commands.
    ///
    /// One that cannot be read is an error: an empty path would be taken for a text.
    ///
    /// - Parameter help: what the argument parser says of the program, as JSON (`_dumpHelp()`).
    public init(help: String) throws(SettingsError) {
        let description: JSON
        do throws(JSONError) {
            description = try JSON.decode(Array(help.utf8), maxDepth: Self.depthLimit)
        } catch {
            throw Self.unreadable("\(error)")
        }
        guard let root = description["command"], root["commandName"]?.text != nil else {
            throw Self.unreadable("it has no command")
        }
        self.root = root
    }

    private static func unreadable(_ reason: String) -> SettingsError {
        SettingsError(
            "the arguments",
            "cannot be told apart: the program's description of its commands: \(reason)",
            hint: "leave out what is empty or no UTF-8; and report this fault")
    }

    /// Returns what the argument at `index` is.
    public func place(_ arguments: [String], _ index: Int) -> ProgramArguments.Place {
        switch meaning(arguments, index) {
        case .value(let flag, let option): option.map(Self.isPath) == true ? .path : .flag(flag)
        case .command: .positional("the command's name")
        case .positional(let argument):
            // Where the command takes none, the parser says so.
            argument.map(Self.isPath) ?? true
                ? .path : .positional(argument?["valueName"]?.text?.string ?? "an argument")
        }
    }

    /// Returns how the usage names the argument at `index`, where it is the path of a file or a
    /// folder; nil where it is none.
    func pathName(_ arguments: [String], _ index: Int) -> String? {
        switch meaning(arguments, index) {
        case .value(let flag, let option?) where Self.isPath(option): flag
        case .positional(let argument?) where Self.isPath(argument):
            argument["valueName"]?.text?.string
        default: nil
        }
    }

    // MARK: - The command line

    /// What an argument stands for.
    private enum Meaning {
        /// The value of a flag, or the flag itself; and the option, where there is one.
        case value(of: String, JSON?)

        /// The name of a command.
        case command

        /// An argument of the command itself; nil where it takes none.
        case positional(JSON?)
    }

    private func meaning(_ arguments: [String], _ index: Int) -> Meaning {
        let (command, names) = Self.command(root, arguments[...])
        let described = command["arguments"]?.array ?? []
        if let flag = Self.flag(arguments, index) {
            guard let option = described.first(where: { Self.isNamed($0, flag) }) else {
                return .value(of: "--\(flag)", nil)
            }
            // A switch takes no value: what follows is one of the command's own arguments.
            guard option["kind"]?.text == "flag" else { return .value(of: "--\(flag)", option) }
        }
        guard index >= names else { return .command }
        let positional = described.filter { $0["kind"]?.text == "positional" }
        if positional.isEmpty, let last = Self.lastFlag(arguments[..<index]),
            let option = described.first(where: { Self.isNamed($0, last) })
        {
            // An option may take several values.
            return .value(of: "--\(last)", option)
        }
        let before = Self.positionals(described, arguments[..<index], from: names)
        // The last one may be given again.
        return .positional(before < positional.count ? positional[before] : positional.last)
    }

    /// Counts the command's own arguments, which belong to no flag.
    private static func positionals(
        _ described: [JSON], _ arguments: ArraySlice<String>, from start: Int
    ) -> Int {
        var (count, place, isRest) = (0, start, false)
        while place < arguments.endIndex {
            let argument = arguments[place]
            place += 1
            if !isRest, argument == "--" {
                isRest = true
            } else if !isRest, argument.hasPrefix("--") {
                let option = described.first { isNamed($0, String(argument.dropFirst(2))) }
                if option.map({ $0["kind"]?.text == "option" }) == true { place += 1 }
            } else {
                count += 1
            }
        }
        return count
    }

    /// Returns the command that is named first, and how many arguments name it.
    private static func command(
        _ root: JSON, _ arguments: ArraySlice<String>
    ) -> (command: JSON, names: Int) {
        var command = root
        var names = 0
        for argument in arguments {
            let named = (command["subcommands"]?.array ?? []).first {
                $0["commandName"]?.text == Text(argument)
            }
            guard let named else { break }
            command = named
            names += 1
        }
        return (command, names)
    }

    /// Returns the flag that an argument holds or follows, without its hyphens.
    private static func flag(_ arguments: [String], _ index: Int) -> String? {
        guard !arguments[..<index].contains("--") else { return nil }
        for (argument, isOwn) in [(arguments[index], true), (arguments[max(0, index - 1)], false)] {
            guard argument.hasPrefix("--"), isOwn || index > 0 else { continue }
            let name = argument.dropFirst(2).prefix { $0 != "=" }
            if isOwn || !argument.contains("=") { return String(name) }
        }
        return nil
    }

    /// Returns the last flag of some arguments, without its hyphens.
    private static func lastFlag(_ arguments: ArraySlice<String>) -> String? {
        guard !arguments.contains("--") else { return nil }
        return arguments.last { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    }

    private static func isNamed(_ argument: JSON, _ flag: String) -> Bool {
        (argument["names"]?.array ?? []).contains { $0["name"]?.text == Text(flag) }
    }

    private static func isPath(_ argument: JSON) -> Bool {
        let name = argument["valueName"]?.text?.string ?? ""
        return pathNames.contains { name.hasPrefix($0) }
    }
}
