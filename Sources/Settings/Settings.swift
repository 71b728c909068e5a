import Encoding
import Files
import Foundation

/// What a program was told: by flag, else by environment, else by its configuration file.
///
///     let settings = try await Settings(
///         table, flags: ["listen": listen], file: config)
///     let address = settings["listen"]
///
/// Values are text; what they mean is checked where they are used, and ``complaint(_:_:hint:)``
/// makes the error that names where the value came from.
public struct Settings: Sendable {
    /// One setting with its value and where that came from.
    public struct Value: Hashable, Sendable {
        /// The text, or the elements of a list joined by commas.
        public let text: String

        /// Who said so.
        public let source: SettingSource
    }

    /// What can be said.
    public let table: SettingsTable

    /// The configuration file that was read, if any.
    public let file: String?

    private let values: [String: Value]

    /// Collects the values of all settings in `table`.
    ///
    /// - Parameters:
    ///   - flags: by key, what the command line says; nil where it says nothing.
    ///   - environment: the variables; nil for the process's own. An empty one counts as not set.
    ///   - file: the argument of `--config`.
    /// - Throws: where the file cannot be read, or has an unknown or unusable key; where a value
    ///   holds U+0000, or bytes that are no text and is not a path; where a path is empty.
    public init(
        _ table: SettingsTable, flags: [String: String?], environment: [String: String]? = nil,
        file: String? = nil
    ) async throws(SettingsError) {
        let environment = environment ?? table.ownEnvironment
        let path = try Self.chosenFile(file, table: table, environment: environment)
        var layers = [Self.flagLayer(table, flags), Self.environmentLayer(table, environment)]
        if let path {
            layers.append(try Self.fileLayer(path, table: table, environment: environment))
        }
        var values: [String: Value] = [:]
        for setting in table.settings {
            values[setting.key] = try Self.value(of: setting, from: layers)
        }
        self.table = table
        self.file = path
        self.values = values
        for setting in table.settings { try checkText(of: setting) }
    }

    /// Refuses a value that would become another one where it is used, cut at U+0000 or repaired,
    /// and a path that is none.
    private func checkText(of setting: Setting) throws(SettingsError) {
        guard let text = self[setting.key] else { return }
        // An empty list is one; a variable that is empty counts as not set.
        guard !setting.isPath || setting.isList || !text.isEmpty else {
            let path = SettingsError.emptyPath("")
            throw complaint(setting.key, path.reason, hint: path.hint)
        }
        guard !text.utf8.contains(0) else {
            throw complaint(setting.key, "holds U+0000, which no name and no text may have")
        }
        guard setting.isPath || NativeText.isText(text) else {
            throw complaint(
                setting.key, "is not UTF-8 text",
                hint: "set the terminal, or what wrote it, to UTF-8")
        }
    }

    /// Returns the text of a setting, or nil where nobody gave one.
    public subscript(key: String) -> String? {
        values[key]?.text
    }

    /// Returns the elements of a list: what stands between commas, without surrounding spaces.
    public func list(_ key: String) -> [String] {
        Self.elements(of: self[key] ?? "")
    }

    static func elements(of text: String) -> [String] {
        text.split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// Returns where the value of a setting comes from.
    public func source(of key: String) -> SettingSource {
        values[key]?.source ?? .fallback
    }

    /// Returns an integer in `range`, or nil where nobody gave one.
    public func integer(
        _ key: String, in range: ClosedRange<Int>
    ) throws(SettingsError) -> Int? {
        guard let text = self[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw complaint(
                key, "\"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Returns a truth value (`true` or `false`), or nil where nobody gave one.
    public func boolean(_ key: String) throws(SettingsError) -> Bool? {
        switch self[key] {
        case nil: return nil
        case "true"?, "yes"?, "1"?: return true
        case "false"?, "no"?, "0"?: return false
        case let text?: throw complaint(key, "\"\(text)\" is neither true nor false")
        }
    }

    /// Returns one of the values of a type, by its name.
    public func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, as type: Value.Type = Value.self
    ) throws(SettingsError) -> Value {
        let text = self[key] ?? ""
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue)
            throw complaint(
                key,
                names.count == 2
                    ? "\"\(text)\" is neither \(names[0]) nor \(names[1])"
                    : "\"\(text)\" is not one of \(names.joined(separator: ", "))")
        }
        return value
    }

    /// Returns an error about the value of a setting that names where the value came from.
    public func complaint(_ key: String, _ reason: String, hint: String? = nil) -> SettingsError {
        let place =
            switch source(of: key) {
            case .flag(let flag): flag
            case .environment(let name): name
            case .file(let path): "\(path): \(key)"
            case .fallback: table.setting(key)?.flag ?? "--\(key)"
            }
        return SettingsError(place, reason, hint: hint)
    }

    /// The lines of `--print-config`: `key: value  # source`, which is a configuration file too.
    ///
    /// An address stands there as far as it may be shown, and its line says that it lacks the rest.
    public var lines: [String] {
        table.settings.map { setting in
            guard let value = values[setting.key] else { return "# \(setting.key): not set" }
            let source = SafeText.line(AddressText.hidingSecrets(in: "\(value.source)"))
            let whole = text(of: setting, value)
            let shown =
                setting.isAddress
                ? AddressText.shownEach(in: whole) : AddressText.hidingSecrets(in: whole)
            let remark = shown == whole ? "" : ", without its secrets"
            return "\(setting.key): \(Self.quoted(shown))  # \(source)\(remark)"
        }
    }

    /// A relative path starts at the current folder here, and in a file at the file's.
    private func text(of setting: Setting, _ value: Value) -> String {
        setting.replacingPaths(in: value.text) { (try? NamedPath.absolute($0)) ?? $0 }
    }

    /// YAML's double-quoted form, wherever the plain one could be read as something else.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
        }
        if isPlain, let first = text.utf8.first, first != 0x2D { return text }
        let quoted = SafeText.spelling(text, alsoIf: { $0 == "\"" || $0 == "\\" }) { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            let digits = String(scalar.value, radix: 16)
            return "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }
        return "\"\(quoted)\""
    }
}

/// One layer of settings, asked in the order of the array it stands in.
private struct Layer {
    let source: (Setting) -> SettingSource
    let value: (Setting) throws(SettingsError) -> String?
}

extension Settings {
    private static func flagLayer(_ table: SettingsTable, _ flags: [String: String?]) -> Layer {
        for key in flags.keys {
            precondition(table.setting(key) != nil, "a flag belongs to a setting of the table")
        }
        return Layer(source: { .flag($0.flag) }, value: { flags[$0.key] ?? nil })
    }

    /// The environment, each variable under the key of the setting that names it.
    private static func environmentLayer(
        _ table: SettingsTable, _ environment: [String: String]
    ) -> Layer {
        Layer(source: { .environment($0.variable ?? $0.key) }) { setting in
            guard let name = setting.variable, let text = environment[name], !text.isEmpty else {
                return nil
            }
            return text
        }
    }

    private static func fileLayer(
        _ path: String, table: SettingsTable, environment: [String: String]
    ) throws(SettingsError) -> Layer {
        let file = try ConfigurationFile(path: path, table: table)
        let values = try file.values()
        let places = PathsOfFile(path, home: environment["HOME"])
        return Layer(source: { _ in .file(path) }) { setting throws(SettingsError) in
            guard let text = values[setting.key] else { return nil }
            return try setting.replacingPaths(in: text) { path throws(SettingsError) in
                try places.path(path, of: setting)
            }
        }
    }

    private static func value(
        of setting: Setting, from layers: [Layer]
    ) throws(SettingsError) -> Value? {
        for layer in layers {
            if let text = try layer.value(setting) {
                return Value(text: text, source: layer.source(setting))
            }
        }
        return setting.fallback.map { Value(text: $0, source: .fallback) }
    }

    /// Returns the file to read: the one that is named, else the first default that exists.
    private static func chosenFile(
        _ flag: String?, table: SettingsTable, environment: [String: String]
    ) throws(SettingsError) -> String? {
        if let flag { return flag }
        if let named = environment[table.fileVariable], !named.isEmpty { return named }
        let defaults = table.defaultFiles
            .compactMap { PathsOfFile.expanded($0, home: environment["HOME"]) }
        for path in defaults {
            do throws(FileError) {
                if try NamedPath.status(path) != nil { return path }
            } catch {
                if error.isForbidden, try isHomeOfAnother(environment) { continue }
                throw SettingsError(path, "cannot be looked at: \(error.words)")
            }
        }
        return nil
    }

    /// Whether `HOME` is another user's, as `sudo -u` and `setpriv` leave it: what is closed to us
    /// in there was never meant for us.
    private static func isHomeOfAnother(
        _ environment: [String: String]
    ) throws(SettingsError) -> Bool {
        guard let home = environment["HOME"] else { return false }
        do throws(FileError) {
            return try NamedPath.status(home)?.isOwn == false
        } catch {
            guard error.isForbidden else {
                throw SettingsError(home, "cannot be looked at: \(error.words)")
            }
            return true
        }
    }
}
