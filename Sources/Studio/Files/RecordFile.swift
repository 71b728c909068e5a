package import Files
package import Manifests
package import Provenance

/// A record that could be read and parsed.
package struct RecordFile: Sendable {
    /// What the names of records end in.
    package static let suffix = ".colophon"

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
            throw .malformed(path, error)
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
    package static func isName(_ path: String) -> Bool { path.hasSuffix(suffix) }

    /// The path of the further record with this number of the work at `work`.
    package static func further(_ number: Int, of work: String) -> String {
        "\(work).\(number)\(suffix)"
    }

    /// The work that a further record, `WORK.NUMBER.colophon`, is beside; nil for another name.
    package static func work(ofFurther path: String) -> String? {
        guard isName(path) else { return nil }
        let name = path.dropLast(suffix.count)
        let digits = name.reversed().prefix { $0 != "." }
        guard digits.count < name.count - 1, let number = Int(String(digits.reversed())),
            number > 0, further(number, of: String(name.dropLast(digits.count + 1))) == path
        else { return nil }
        return String(name.dropLast(digits.count + 1))
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

    /// The file holds something else, or is damaged; the refusal names the part.
    case malformed(String, Refusal)

    /// A record stands where its artifact is meant. Name the artifact.
    case isRecord(String)

    /// There is a record already. Replace it only where a second entry of the artifact is meant.
    case exists(String)

    /// Nothing can be created in the record's folder, so no receipt can be stored.
    case closedFolder(String)
}

extension RecordFileError: CustomStringConvertible {
    /// The file and the reason.
    package var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .unwritable(let error): "\(error.path): cannot be written: \(error.words)"
        case .empty(let path): "\(path): is empty"
        case .malformed(let path, let refusal): "\(path): is not a .colophon file: \(refusal)"
        case .isRecord(let path): "\(path): is a record already"
        case .exists(let path): "\(path): exists already"
        case .closedFolder(let path): "\(path): nothing can be created in its folder"
        }
    }
}
