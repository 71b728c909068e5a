extension Span<UInt8> {
    /// The big-endian number in the eight bytes from `start` on, which must be there.
    func word(at start: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in start..<(start + 8) { word = word << 8 | UInt64(self[place]) }
        return word
    }
}

extension [UInt8] {
    /// Appends a number in eight bytes, big-endian.
    mutating func append(word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}
