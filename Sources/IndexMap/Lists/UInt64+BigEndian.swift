extension [UInt8] {
    /// Appends a number as 8 bytes, big-endian.
    mutating func append(bigEndian number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

extension UInt64 {
    /// Reads 8 bytes, big-endian, at `start`; the caller has checked that they are there.
    init(bigEndianAt start: Int, of bytes: [UInt8]) {
        var number: UInt64 = 0
        for place in start..<(start + 8) { number = number << 8 | UInt64(bytes[place]) }
        self = number
    }
}
