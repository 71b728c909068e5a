internal import Encoding

/// Says whether `name` may name a key: not empty, no Unicode space, no control character and
/// no "+" (C2SP signed-note, "Format").
func isKeyName(_ name: Text) -> Bool {
    // Most names are ASCII, where the space is the only Unicode space that is no control.
    if !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "+") }) {
        return true
    }
    let scalars = name.string.unicodeScalars
    return !scalars.isEmpty
        && scalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar != "+" && !scalar.properties.isWhitespace
        }
}
