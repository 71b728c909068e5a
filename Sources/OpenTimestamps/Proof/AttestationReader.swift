/// Reads the parts of the format one after the other.
struct AttestationReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Checks that nothing is left.
    func finish() throws(DetachedTimestampError) {
        guard rest.isEmpty else { throw .trailing(rest.count) }
    }

    /// Returns the next byte.
    mutating func byte() throws(DetachedTimestampError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    /// Returns the next `count` bytes.
    mutating func bytes(_ count: Int) throws(DetachedTimestampError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .truncated }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }

    /// Returns the bytes that a number before them counts, at most `limit`.
    mutating func counted(
        upTo limit: Int, refusing: (UInt64) -> DetachedTimestampError
    ) throws(DetachedTimestampError) -> ArraySlice<UInt8> {
        let count = try number()
        guard let exact = Int(exactly: count), exact <= limit else { throw refusing(count) }
        return try bytes(exact)
    }

    /// Returns the next number: LEB128, seven bits a byte, the lowest first, in its shortest form.
    mutating func number() throws(DetachedTimestampError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: UInt64.bitWidth, by: 7) {
            let byte = try byte()
            let bits = UInt64(byte & 0x7f)
            guard (bits << shift) >> shift == bits else { throw .number }
            value |= bits << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw .number }
                return value
            }
        }
        throw .number
    }
}

extension [UInt8] {
    /// A number as the format writes it: LEB128 in its shortest form.
    init(leb128 number: some FixedWidthInteger) {
        self = []
        var rest = number
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
