/// Reads DER values one after the other, strictly (X.690 §10).
struct DERReader {
    private var rest: ArraySlice<UInt8>

    /// The name of the file that is read, for errors.
    private let part: String

    init(_ bytes: some Collection<UInt8>, part: String) {
        rest = ArraySlice(bytes)
        self.part = part
    }

    /// The error that all failures here are.
    var error: KeyFileError { .malformed(part) }

    /// Checks that nothing is left.
    func finish() throws(KeyFileError) {
        guard rest.isEmpty else { throw error }
    }

    /// Returns the content of the next value, which must have `tag`.
    mutating func value(_ tag: UInt8) throws(KeyFileError) -> ArraySlice<UInt8> {
        guard let content = try optional(tag) else { throw error }
        return content
    }

    /// Returns the content of the next value if it has `tag`, nil if it has another or is absent.
    mutating func optional(_ tag: UInt8) throws(KeyFileError) -> ArraySlice<UInt8>? {
        guard rest.first == tag else { return nil }
        rest.removeFirst()
        let length = try length()
        guard length <= rest.count else { throw error }
        defer { rest.removeFirst(length) }
        return rest.prefix(length)
    }

    /// Returns a reader of the next value, a sequence.
    mutating func sequence() throws(KeyFileError) -> DERReader {
        DERReader(try value(DERTag.sequence), part: part)
    }

    /// Returns the next value, an integer of one byte that is not negative.
    mutating func smallInteger() throws(KeyFileError) -> UInt8 {
        let content = try value(DERTag.integer)
        guard content.count == 1, let byte = content.first, byte < 0x80 else { throw error }
        return byte
    }

    /// Returns the next value, an integer from 0 to 2^64-1 in its shortest form.
    mutating func integer() throws(KeyFileError) -> UInt64 {
        guard let value = try optionalInteger() else { throw error }
        return value
    }

    /// Returns the next value if it is an integer, nil if it is something else or absent.
    mutating func optionalInteger() throws(KeyFileError) -> UInt64? {
        guard let content = try optional(DERTag.integer) else { return nil }
        guard let first = content.first, first < 0x80 else { throw error }
        let digits = first == 0 ? content.dropFirst() : content
        guard content.count == 1 || first != 0 || digits.first.map({ $0 >= 0x80 }) == true,
            digits.count <= 8
        else { throw error }
        return digits.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Returns the content of a bit string of whole bytes.
    func bytes(ofBitString content: ArraySlice<UInt8>) throws(KeyFileError) -> [UInt8] {
        guard content.first == 0 else { throw error }
        return Array(content.dropFirst())
    }

    /// Reads a length in its shortest form; keys are shorter than 64 KiB.
    private mutating func length() throws(KeyFileError) -> Int {
        guard let first = rest.popFirst() else { throw error }
        guard first >= 0x80 else { return Int(first) }
        let count = Int(first & 0x7f)
        guard (1...2).contains(count), rest.count >= count else { throw error }
        let length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        rest.removeFirst(count)
        guard length >= (count == 1 ? 0x80 : 0x100) else { throw error }
        return length
    }
}
