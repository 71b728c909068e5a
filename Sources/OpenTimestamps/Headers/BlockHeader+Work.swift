extension BlockHeader {
    /// Whether the header's hash is as small as its own bits ask for.
    ///
    /// The bits are a floating number: one byte that counts the bytes of the target, and its three
    /// highest bytes.
    package var hasWork: Bool { hasWork(hash) }

    /// The same, where the header's hash is known.
    func hasWork(_ hash: [UInt8]) -> Bool {
        guard let target else { return false }
        // A hash is a number whose lowest byte comes first.
        return !target.lexicographicallyPrecedes(hash.reversed())
    }

    /// The largest hash that is allowed, its highest byte first; nil where it is none.
    private var target: [UInt8]? {
        let bits = bytes[72..<76].reversed().map { $0 }
        let size = Int(bits[0])
        let digits = bits[1...].drop { $0 == 0 }
        // Its highest bit is a sign.
        guard bits[1] < 0x80, !digits.isEmpty, size >= 3, size - 3 + digits.count <= 32 else {
            return nil
        }
        let zeros = [UInt8](repeating: 0, count: size - 3)
        return [UInt8](repeating: 0, count: 32 - zeros.count - digits.count) + digits + zeros
    }
}
