/// The tags of the ASN.1 types that key files consist of (X.690 §8).
enum DERTag {
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30
    /// PKCS #8 attributes, or the curve of a SEC 1 key: [0], constructed.
    static let zero: UInt8 = 0xa0
    /// The public key of a SEC 1 key: [1], constructed.
    static let one: UInt8 = 0xa1
    /// The public key in PKCS #8: [1], primitive (RFC 5958 §2).
    static let implicitOne: UInt8 = 0x81
}

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

/// Writes DER values.
enum DERWriter {
    /// Returns the value with `tag` and `content`.
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        precondition(count <= 0xffff, "key files are shorter than 64 KiB")
        let low = UInt8(truncatingIfNeeded: count)
        let length: [UInt8] =
            switch count {
            case 0..<0x80: [low]
            case 0x80...0xff: [0x81, low]
            default: [0x82, UInt8(truncatingIfNeeded: count >> 8), low]
            }
        return [tag] + length + content
    }

    /// Returns a sequence of values.
    static func sequence(_ values: [UInt8]...) -> [UInt8] {
        value(DERTag.sequence, values.flatMap { $0 })
    }

    /// Returns a bit string of whole bytes.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        value(DERTag.bitString, [0] + bytes)
    }
}
