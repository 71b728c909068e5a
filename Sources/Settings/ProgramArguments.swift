public import Files

/// The arguments of a program, none of which becomes another text on its way.
///
/// An argument is bytes. What is no UTF-8 is kept where it is the path of a file, spelled as
/// ``NativeText`` says; anything else would be signed or sent with another character in its place.
public struct ProgramArguments: Sendable {
    /// What an argument is the value of.
    public enum Place: Hashable, Sendable {
        /// A flag such as `--title`.
        case flag(String)

        /// The name of the value in the usage, such as `entry`.
        case positional(String)

        /// The path of a file or folder.
        case path
    }

    private let spelled: [String]

    /// Takes the arguments that the process was started with, or others.
    public init(_ spelled: [String] = ProcessStart.arguments) {
        self.spelled = spelled
    }

    /// Returns the arguments, or throws which one is no text though it must be.
    ///
    /// - Parameter place: says what the argument at an index is; it is asked about those alone
    ///   that are no text.
    public func checked(
        _ place: (_ arguments: [String], _ index: Int) throws(SettingsError) -> Place
    ) throws(SettingsError) -> [String] {
        var arguments = spelled
        for (index, argument) in spelled.enumerated() where !NativeText.isText(argument) {
            let name: String
            switch try place(spelled, index) {
            case .path: continue
            case .flag(let flag): name = flag
            case .positional(let value): name = value
            }
            guard let text = NativeText.text(argument) else {
                throw SettingsError(
                    name, "is not UTF-8 text",
                    hint: "set the terminal, or what started the program, to UTF-8")
            }
            arguments[index] = text
        }
        return arguments
    }

    /// Throws which argument is the path of a file or folder, and empty: a script's variable that
    /// was not set, most often.
    ///
    /// - Parameter places: says what the argument at an index is; made and asked only where one is
    ///   empty.
    public func requirePaths(
        _ places: () throws(SettingsError) -> ArgumentPlaces
    ) throws(SettingsError) {
        let empty = spelled.indices.filter { index in
            let argument = spelled[index]
            guard !argument.isEmpty else { return true }
            // `--out=`, and neither `--out=a=` nor a file whose name is `--x=`.
            guard argument.hasPrefix("--"), !spelled[..<index].contains("--") else { return false }
            return argument.firstIndex(of: "=").map(argument.index(after:)) == argument.endIndex
        }
        guard !empty.isEmpty else { return }
        let places = try places()
        for index in empty {
            guard let name = places.pathName(spelled, index) else { continue }
            throw SettingsError.emptyPath(name)
        }
    }
}
