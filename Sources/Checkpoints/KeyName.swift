internal import Encoding

/// Says whether `name` may name a key: not empty, no Unicode space, no control character and
/// no "+" (C2SP signed-note, "Format").
func isKeyName(_ name: Text) -> Bool {
    let scalars = name.string.unicodeScalars
    return !scalars.isEmpty
        && scalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar != "+" && !scalar.properties.isWhitespace
        }
}
