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

    /// Returns an integer in its shortest form.
    static func integer(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        repeat {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while rest > 0
        // The highest bit would be a sign.
        if let first = bytes.first, first >= 0x80 { bytes.insert(0, at: 0) }
        return Self.value(DERTag.integer, bytes)
    }

    /// Returns a bit string of whole bytes.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        value(DERTag.bitString, [0] + bytes)
    }
}
