import Encoding
package import Files
package import Merkle
package import Provenance

/// The names that a collector has given to keys, witnesses and ledgers:
/// `~/.config/colophon/names.yaml`, a line for each.
///
///     "jGxeYF3…": "Studio Berlin"
///
/// A name is shown beside what it names, never instead: nothing is decided by it. An attacker who
/// can change the file can have a stranger's key called by a friend's name, so it must be its
/// owner's alone.
package struct Names: Sendable {
    /// A thousand names with the longest keys of witnesses.
    private static let byteLimit = 4 << 20

    /// Bytes of a name: a line of a terminal.
    package static let nameByteLimit = 80

    /// No names: where nobody has given any.
    package static let none = Names()

    /// The file; nil where there is no home to keep it in.
    package let path: String?

    private var lines: [(id: String, name: String)] = []

    private init() { path = nil }

    /// Reads the names that are kept in `home`; none where there is no such file.
    package init(home: String?) throws(NamesError) {
        // A home that depends on where one stands is no place to keep anything.
        guard let home, home.hasPrefix("/") else {
            self = .none
            return
        }
        let path = home + (home.hasSuffix("/") ? "" : "/") + ".config/colophon/names.yaml"
        self.path = path
        guard let bytes = try Self.bytes(of: path) else { return }
        lines = try Self.parse(bytes, path)
    }

    /// Returns the name of a key, by its thumbprint.
    package subscript(key: Hash) -> String? { self[id: Base64.encodeURL(key.bytes)] }

    /// Returns the name of a ledger, by its genesis.
    package subscript(ledger: EntryID) -> String? { self[id: "\(ledger)"] }

    /// Returns the name of what has this ID: a thumbprint, a genesis, or a witness's verifier key.
    package subscript(id id: String) -> String? { lines.first { $0.id == id }?.name }

    /// Returns `uri` with the collector's name for its key beside it, where there is one.
    package func beside(_ uri: String, key: Hash) -> String {
        Self.beside(uri, self[key])
    }

    /// Returns `text` with a name beside it, where there is one.
    package static func beside(_ text: String, _ name: String?) -> String {
        name.map { "\(text), which you call \"\($0)\"" } ?? text
    }

    /// Gives what has this ID a name, or takes it away, and waits until that is on the disk.
    package func set(_ id: String, to name: String?) throws(NamesError) {
        guard let path else { throw .noHome }
        if let name { try Self.check(name) }
        var lines = lines.filter { $0.id != id }
        if let name { lines.append((id, name)) }
        let text = Self.head + lines.map { "\"\($0.id)\": \"\($0.name)\"\n" }.joined()
        guard text.utf8.count <= Self.byteLimit else { throw .full(path) }
        do throws(FileError) {
            if try NamedPath.isTaken(path) {
                try AtomicFile.write(Array(text.utf8), to: path, .replace)
            } else {
                let place = try Place(making: path, .secret)
                try place.folder.write(Array(text.utf8), to: place.name, .new(.secret))
            }
        } catch {
            throw .unwritable(error)
        }
    }

    private static let head = "# Names of your own: colophon shows them beside what they name.\n"

    /// A name must stand in one line as it is, in quotes.
    private static func check(_ name: String) throws(NamesError) {
        guard !name.isEmpty, name.utf8.count <= nameByteLimit, SafeText.line(name) == name,
            !name.contains("\""), !name.contains("\\"), name.first != " ", name.last != " "
        else { throw .badName }
    }

    private static func bytes(of path: String) throws(NamesError) -> [UInt8]? {
        do throws(FileError) {
            guard try NamedPath.status(path) != nil else { return nil }
            let file = try InputFile(path)
            // Who may change the folder may put another file there.
            let folder = try Place(following: path).folder.status
            let isOwn = [file.status, folder].allSatisfy { $0.isOurs && !$0.isWritableByOthers }
            guard isOwn else { throw FileError(path, .openToOthers(mode: file.status.mode)) }
            return try file.bytes(limit: byteLimit)
        } catch {
            if case .openToOthers = error.reason { throw .open(path) }
            throw .unreadable(error)
        }
    }

    /// Reads lines `"ID": "NAME"`, empty ones and those of a comment.
    private static func parse(
        _ bytes: [UInt8], _ path: String
    ) throws(NamesError) -> [(id: String, name: String)] {
        var names: [(id: String, name: String)] = []
        // As bytes: to a Swift string CR LF is one character.
        let rows = PlainText.lines(of: bytes)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, row) in rows.enumerated() {
            guard let first = row.first, first != UInt8(ascii: "#") else { continue }
            let malformed = NamesError.malformed(path, line: number + 1)
            guard let text = Text(utf8: row)?.string, text.hasPrefix("\""), text.hasSuffix("\"")
            else { throw malformed }
            let parts = text.dropFirst().dropLast().split(
                separator: "\": \"", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].contains("\""), !parts[0].isEmpty else {
                throw malformed
            }
            let (id, name) = (String(parts[0]), String(parts[1]))
            do throws(NamesError) { try check(name) } catch { throw malformed }
            guard !names.contains(where: { $0.id == id }) else { throw malformed }
            names.append((id, name))
        }
        return names
    }
}

/// Why names were not read or written.
package enum NamesError: Error, Hashable {
    /// There is no home to keep names in. Set HOME.
    case noHome

    /// The name is none that can be shown in a line.
    case badName

    /// The system does not give the file out.
    case unreadable(FileError)

    /// Another user owns the file, or others may change it: the names in it may be anybody's.
    case open(String)

    /// A line is not `"ID": "NAME"`, or an ID has two names. Mend it.
    case malformed(String, line: Int)

    /// The file cannot be written.
    case unwritable(FileError)

    /// There are too many names. Remove some.
    case full(String)
}
