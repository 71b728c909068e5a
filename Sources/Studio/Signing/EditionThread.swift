package import Encoding
import Provenance

/// Decides `sub`, the thread that a statement belongs to (statement.md §4).
package enum EditionThread {
    /// Returns DROP#SERIAL for a numbered copy, else what was asked for, else the parent's
    /// thread, else a new one.
    package static func thread(
        of predicate: JSON.Object, overriddenBy asked: Text?, parent: Text?
    ) throws(Failure) -> Text {
        let edition = predicate["edition"]?.object
        if let drop = edition?["drop"]?.text, let serial = edition?["serial"]?.integer {
            guard asked == nil else {
                throw .usage(
                    "--sub and an edition exclude each other",
                    hint: "the thread of a copy is DROP#SERIAL")
            }
            return drop + Text("#\(serial)")
        }
        return asked ?? parent ?? Text(Random.uuid())
    }
}
