import Configuration
import Encoding
import Files
import Foundation

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

    private let text: String

    /// Reads and scans the file at `path`, which must exist.
    init(path: String, table: SettingsTable) throws(SettingsError) {
        self.path = path
        text = try Self.text(at: path)
        self.keys = try Self.keys(in: text, path: path, table: table)
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
        guard let text = String(validating: PlainText.lines(of: bytes), as: UTF8.self) else {
            throw SettingsError(
                path, "is not UTF-8 text", hint: PlainText.isUTF16(bytes) ? PlainText.advice : nil)
        }
        return text
    }

    /// Returns the value of each key: the text, or the elements of a list joined by commas.
    func values() throws(SettingsError) -> [String: String] {
        // An empty mapping is no mapping to YAML; a file of comments says nothing, and may.
        guard !keys.isEmpty else { return [:] }
        let snapshot: YAMLSnapshot
        do {
            snapshot = try YAMLSnapshot(
                data: Data(text.utf8).bytes, providerName: path, parsingOptions: .default)
        } catch {
            throw SettingsError(path, "is not valid YAML\(Self.place(in: "\(error)"))")
        }
        var values: [String: String] = [:]
        for key in keys {
            guard let value = Self.value(key, in: snapshot) else {
                throw SettingsError(
                    path, "\"\(key)\" is neither a text nor a list of texts",
                    hint: "write \"\(key): value\"")
            }
            values[key] = value
        }
        return values
    }

    /// Returns the words of the parser, where they name a place as in `3:7: error: ...`.
    ///
    /// Its other errors have the names of its own types, which say nothing here.
    private static func place(in words: String) -> String {
        guard words.first?.isNumber == true else { return ": a value is no text and no list" }
        return ": " + words.prefix { !$0.isNewline }
    }

    private static func value(_ key: String, in snapshot: YAMLSnapshot) -> String? {
        let key = AbsoluteConfigKey([key])
        let text = try? snapshot.value(forKey: key, type: .string).value?.content
        if case .string(let text)? = text { return text }
        let list = try? snapshot.value(forKey: key, type: .stringArray).value?.content
        if case .stringArray(let list)? = list { return list.joined(separator: ",") }
        return nil
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
