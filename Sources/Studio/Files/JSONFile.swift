package import Encoding
import Files

/// Reads JSON that somebody named.
package enum JSONFile {
    package static func object(_ path: String, limit: Int) throws(Failure) -> JSON.Object {
        let bytes = try InputFile.bytes(of: path, limit: limit)
        let value: JSON
        do throws(JSONError) {
            value = try JSON.decode(bytes)
        } catch {
            throw Failure.unreadable(path, "is not strict JSON: \(error)")
        }
        guard case .object(let object) = value else {
            throw Failure.unreadable(path, "is not a JSON object")
        }
        return object
    }
}
