import Checkpoints
import Encoding
import Files
import Merkle

/// The one file that says what a state has: it is replaced as a whole.
///
///     an object of JSON               LF
///     SHA-256 of it, hexadecimal      LF
///
/// Every other file counts as far as this one names it. The digest tells a disk's errors; it is no
/// signature.
struct StateFile {
    static let name = "state"

    /// The number of this form of a state.
    ///
    /// The first form is read, too: it has no faults apart, and one time for each head.
    static let format: Int64 = 2

    /// A state has some hundred KiB: the first findings of each rule, and what heads, anchors and a
    /// monitor keep, each of at most a MiB.
    static let byteLimit = 32 << 20

    private let folder: Folder

    init(in folder: Folder) {
        self.folder = folder
    }

    private var path: String { folder.path(of: Self.name) }

    /// Reads what was written; nil where nothing was.
    func read() throws(AuditStateError) -> JSON.Object? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try Self.read(folder)
        } catch {
            if case .tooLarge = error.reason { throw .damaged(path: path, rule: error.words) }
            throw .file(error)
        }
        guard let bytes else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty,
            Array(lines[1]) == Self.digest(of: Array(lines[0]))
        else { throw .damaged(path: path, rule: "is not what was written") }
        guard let object = (try? JSON.decode(Array(lines[0])))?.object,
            let format = object["format"]?.integer
        else { throw .damaged(path: path, rule: "has no format") }
        guard (1...Self.format).contains(format) else {
            throw .unknownFormat(path: path, UInt64(clamping: format))
        }
        return object
    }

    private static func read(_ folder: Folder) throws(FileError) -> [UInt8]? {
        guard try folder.status(of: name) != nil else { return nil }
        let file = try folder.file(name)
        try file.requireOwn(isSecret: false)
        return try file.bytes(limit: byteLimit)
    }

    /// Writes the state of a folder that has none: it is there before any other file, so that one
    /// that is missing later was removed.
    func begin(of log: AuditedLog) throws(AuditStateError) {
        let other: String?
        do throws(FileError) {
            guard try folder.status(of: Self.name) == nil else { return }
            other = try folder.names().filter(Self.isOfState).min()
        } catch {
            throw .file(error)
        }
        if let other {
            throw .damaged(path: path, rule: "is missing, and \(other) is there")
        }
        try write(StateImage(beginningOf: log).object)
    }

    /// Whether a file of this name is there only where a state is.
    private static func isOfState(_ name: String) -> Bool {
        [ControlFile.name, FindingFile.name, LogFacts.runsName, Monitor.folderName].contains(name)
            || name.hasSuffix(MisbehaviourProof.fileSuffix)
    }

    /// Writes a state in the place of the one before, and waits until it is on the disk.
    func write(_ object: JSON.Object) throws(AuditStateError) {
        let line = JSON.object(object).encoded()
        let end = [UInt8(ascii: "\n")]
        do throws(FileError) {
            try folder.write(
                line + end + Self.digest(of: line) + end, to: Self.name, .replacing(.secret))
        } catch {
            throw .file(error)
        }
    }

    private static func digest(of line: [UInt8]) -> [UInt8] {
        Array(Hex.encode(Hash.sha256(line).bytes).utf8)
    }
}
