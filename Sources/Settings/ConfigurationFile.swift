import Encoding
import Files

/// The text of a configuration file, scanned for its keys before YAML gives them values.
///
/// We read a small part of YAML: one mapping of plain keys to texts, numbers, booleans or lists of
/// them, written as a block (`key: value`, one a line). The scan exists because unknown keys are
/// errors, and the provider that reads the values does not list keys.
struct ConfigurationFile {
    /// A configuration is a page of text; this bounds what a wrong path can make us read.
    static let byteLimit = 64 * 1024

    let path: String
    let keys: [String]

    /// Reads and scans the file at `path`, which must exist.
    init(path: String, table: SettingsTable) throws(SettingsError) {
        self.path = path
        let text = try Self.text(at: path)
        self.keys = try Self.keys(in: text, path: path, table: table)
    }

    /// Returns the path with a leading `~/` replaced by the home directory.
    static func expanded(_ path: String, environment: [String: String]) -> String? {
        guard path.hasPrefix("~/") else { return path }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return home + path.dropFirst(1)
    }

    private static func text(at path: String) throws(SettingsError) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: byteLimit)
        } catch {
            switch error.reason {
            case .missing: throw SettingsError(path, "no such file")
            case .isKind(.folder, _):
                throw SettingsError(path, "is a directory", hint: "name a YAML file")
            case .tooLarge:
                throw SettingsError(path, "is larger than \(byteLimit) bytes: not a configuration")
            default: throw SettingsError(path, "cannot be read: \(error.words)")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError(path, "is not UTF-8 text")
        }
        return text
    }

    private static func keys(
        in text: String, path: String, table: SettingsTable
    ) throws(SettingsError) -> [String] {
        var keys: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let place = "\(path):\(index + 1)"
            guard let first = line.unicodeScalars.first, !"# \t\r-".unicodeScalars.contains(first)
            else { continue }
            let key = String(line.prefix { $0 != ":" })
            guard key.count < line.count else {
                throw SettingsError(place, "is not a line of the form \"key: value\"")
            }
            guard table.setting(key) != nil else {
                let known = table.settings.map(\.key).joined(separator: ", ")
                throw SettingsError(
                    place, "unknown key \"\(Text(key).printable)\"", hint: "known keys: \(known)")
            }
            guard !keys.contains(key) else {
                throw SettingsError(place, "\"\(key)\" is given twice")
            }
            keys.append(key)
        }
        return keys
    }
}
