package import Encoding
package import Files

/// Reads JSON that somebody named.
package enum JSONFile {
    /// Returns the object in the file at `path`.
    package static func object(
        _ path: String, limit: Int
    ) throws(JSONFileError) -> JSON.Object {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path).bytes(limit: limit)
        } catch {
            throw .unreadable(error)
        }
        let value: JSON
        do throws(JSONError) {
            value = try JSON.decode(PlainText.unmarked(bytes))
        } catch {
            throw .malformed(path, error)
        }
        guard case .object(let object) = value else { throw .notAnObject(path) }
        return object
    }
}

/// Why a file of JSON was not read.
package enum JSONFileError: Error, Hashable {
    /// The system does not give the file out.
    case unreadable(FileError)

    /// The file is not strict JSON; the error names the place.
    case malformed(String, JSONError)

    /// The file holds a value that is no object.
    case notAnObject(String)
}
