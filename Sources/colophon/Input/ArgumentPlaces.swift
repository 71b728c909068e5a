import ArgumentParser
import Encoding
import Settings

/// What each argument of a command line is, as the parser's own description of the commands says.
///
/// Asked only about arguments that are no text, so that no list of flags has to be kept beside the
/// commands.
struct ArgumentPlaces {
    /// How the usage calls the values that are paths of files and folders.
    private static let pathNames = ["file", "dir", "pem", "kit"]

    private let root: JSON

    /// Reads the description of `command`; every argument is a text where it cannot be read.
    init(_ command: (some ParsableCommand).Type) {
        let help = Array(command._dumpHelp().utf8)
        // The tree of commands is deeper than a manifest may be.
        root = (try? JSON.decode(help, maxDepth: 64)).flatMap { $0["command"] } ?? .null
    }

    /// Returns what the argument at `index` is.
    func place(_ arguments: [String], _ index: Int) -> ProgramArguments.Place {
        let (command, names) = Self.command(root, arguments[...])
        let described = command["arguments"]?.array ?? []
        if let flag = Self.flag(arguments, index) {
            if let option = described.first(where: { Self.isNamed($0, flag) }) {
                // A switch takes no value: what follows is one of the command's own arguments.
                guard option["kind"]?.text == "flag" else {
                    return Self.isPath(option) ? .path : .flag("--\(flag)")
                }
            } else {
                return .flag("--\(flag)")
            }
        }
        guard index >= names else { return .positional("the command's name") }
        let positional = described.filter { $0["kind"]?.text == "positional" }
        guard let other = positional.first(where: { !Self.isPath($0) }) else { return .path }
        return .positional(other["valueName"]?.text?.string ?? "an argument")
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

    private static func isNamed(_ argument: JSON, _ flag: String) -> Bool {
        (argument["names"]?.array ?? []).contains { $0["name"]?.text == Text(flag) }
    }

    private static func isPath(_ argument: JSON) -> Bool {
        let name = argument["valueName"]?.text?.string ?? ""
        return pathNames.contains { name.hasPrefix($0) }
    }
}
