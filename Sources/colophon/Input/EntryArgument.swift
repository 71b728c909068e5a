import Encoding
import Foundation
import Provenance

/// Reads the name of an entry as people paste it.
enum EntryArgument {
    static func parse(_ text: String) throws(Failure) -> EntryID {
        var id = Substring(text)
        if let path = id.range(of: "/entries/", options: .backwards) {
            id = id[path.upperBound...]
        }
        guard let entry = EntryID(Text(String(id))) else {
            throw .unreadable(text, "is not an entry: 43 characters of base64url")
        }
        return entry
    }
}
