import Encoding
import IndexMap

extension IndexName {
    /// The name for a person, and for programs: of a file its SHA-256.
    var text: String {
        kind == .artifact ? Hex.encode(value) : String(decoding: value, as: UTF8.self)
    }
}
