package import Files
package import Manifests
package import Provenance

/// A record that could be read and parsed.
package struct RecordFile: Sendable {
    /// What the names of records end in.
    package static let suffix = ".colophon"

    /// Files with what was refused that lie beside one record at most, of each kind: each has at
    /// most 4 MiB, and a ledger that makes a new one at each look fills no disk.
    package static let refusedLimit = KeptFiles.limit

    /// How the file was named.
    package let path: String

    /// Its bytes.
    package let bytes: [UInt8]

    /// What they hold.
    package let content: TransparentStatement

    /// Reads the file at `path`.
    package init(_ path: String) throws(RecordFileError) {
        self.path = path
        bytes = try Self.bytes(path)
        do throws(Refusal) {
            content = try TransparentStatement(bytes)
        } catch {
            guard !TransparentStatement.isWhole(bytes) else { throw .malformed(path, error) }
            throw try Self.damaged(path, bytes)
        }
    }

    /// Why bytes that are not even one COSE message are no record: damaged ones, or another file.
    private static func damaged(
        _ path: String, _ bytes: [UInt8]
    ) throws(RecordFileError) -> RecordFileError {
        guard !isName(path), !TransparentStatement.mayBegin(bytes) else { return .damaged(path) }
        do throws(FileError) {
            let record = path + suffix
            return .noRecord(path, meant: try NamedPath.isTaken(record) ? record : nil)
        } catch {
            throw .unreadable(error)
        }
    }

    /// Returns the bytes of a file; an empty one is unreadable, not false (commands.md §6).
    package static func bytes(_ path: String) throws(RecordFileError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: FileLimit.colophon)
        } catch {
            throw .unreadable(error)
        }
        guard !bytes.isEmpty else { throw .empty(path) }
        return bytes
    }

    /// Whether `path` is a record's name.
    ///
    /// Systems that do not tell them apart write capital letters.
    package static func isName(_ path: String) -> Bool { NameEnding.has(suffix, path) }

    /// The path of the further record with this number of the work at `work`.
    package static func further(_ number: Int, of work: String) -> String {
        "\(work).\(number)\(suffix)"
    }

    /// The work that a further record, `WORK.NUMBER.colophon`, is beside; nil for another name.
    package static func work(ofFurther path: String) -> String? {
        guard isName(path) else { return nil }
        let name = NameEnding.cut(suffix.utf8.count, off: path)
        let digits = name.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }
        guard digits.count < name.utf8.count - 1,
            let number = Int(String(decoding: digits.reversed(), as: UTF8.self)), number > 0
        else { return nil }
        let work = NameEnding.cut(digits.count + 1, off: name)
        guard work.utf8.last != UInt8(ascii: "/"),
            further(number, of: work).utf8.elementsEqual(path.utf8)
        else { return nil }
        return work
    }

    /// The artifact that the name of a record tells of, also where something was added to it, as in
    /// `photo.jpg.colophon (1)`; nil where it tells of none.
    package static func artifactName(of path: String) -> String? {
        let folders = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
        let name = path[(folders ?? path.startIndex)...]
        // Byte for byte: lower case may have other letters than the name.
        let wanted = Array(suffix.utf8)
        let bytes = Array(name.utf8)
        guard bytes.count > wanted.count else { return nil }
        for start in (1...(bytes.count - wanted.count)).reversed() {
            let part = bytes[start..<(start + wanted.count)]
            guard part.map(\.lowercasedASCII) == wanted else { continue }
            let before = String(decoding: bytes[..<start], as: UTF8.self)
            return String(path[..<name.startIndex]) + before
        }
        return nil
    }
}

/// Why a `.colophon` file was not read or not written.
package enum RecordFileError: Error, Hashable {
    /// The system does not give the file out.
    case unreadable(FileError)

    /// The system does not take the file.
    case unwritable(FileError)

    /// There is nothing in the file: look for a copy of it.
    case empty(String)

    /// The file is a signed message, and no record; the refusal names the part.
    case malformed(String, Refusal)

    /// The file was a record, and is damaged or incomplete: look for another copy of it.
    case damaged(String)

    /// The file is something else; `meant` is the record that lies beside it.
    case noRecord(String, meant: String?)

    /// A record stands where its artifact is meant. Name the artifact.
    case isRecord(String)

    /// There is a record already. Replace it only where a second entry of the artifact is meant.
    case exists(String)

    /// Nothing can be created in the record's folder, so no receipt can be stored.
    case closedFolder(String)

    /// Another record took the place of the one that was sent. It stays; submit it too.
    case replaced(String)

    /// So many files beside the record hold what was refused that no more is kept. Move them.
    case manyRefused(String)
}

extension RecordFileError: CustomStringConvertible {
    /// The file and the reason.
    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .unwritable(let error): "\(error.path): cannot be written: \(error.words)"
        case .empty(let path): "\(path): is empty"
        case .malformed(let path, let refusal): "\(path): is not a record: \(refusal)"
        case .damaged(let path): "\(path): damaged or incomplete record"
        case .noRecord(let path, _): "\(path): is not a record"
        case .isRecord(let path): "\(path): is a record already"
        case .exists(let path): "\(path): exists already"
        case .closedFolder(let path): "\(path): nothing can be created in its folder"
        case .replaced(let path): "\(path): was replaced by another record meanwhile"
        case .manyRefused(let path):
            "\(path): \(RecordFile.refusedLimit) files beside it hold what was refused already"
        }
    }
}
