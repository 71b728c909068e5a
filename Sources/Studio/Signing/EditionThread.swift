import Encoding

/// Decides `sub`, the thread that a statement belongs to (statement.md §4).
enum EditionThread {
    /// Returns DROP#SERIAL for a numbered copy, else the thread that was asked for, else the
    /// parent's thread, else a new one.
    static func thread(
        of predicate: JSON.Object, overriddenBy asked: Text?, parent: Text?
    ) throws(SignerError) -> Text {
        let edition = predicate["edition"]?.object
        if let drop = edition?["drop"]?.text, let serial = edition?["serial"]?.integer {
            guard asked == nil else { throw .threadOfEdition }
            return drop + Text("#\(serial)")
        }
        return asked ?? parent ?? .randomURN()
    }
}
