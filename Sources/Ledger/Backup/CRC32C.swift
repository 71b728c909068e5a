/// CRC-32C (Castagnoli, RFC 3720), by which RocksDB names the content of a backup's files.
struct CRC32C {
    /// Tables for eight bytes at a time: entry [k][b] is the remainder of byte b before k zeros.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var rest = UInt32(byte)
            for _ in 0..<8 { rest = (rest >> 1) ^ (rest & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = rest
        }
        for table in 1..<8 {
            for byte in 0..<256 {
                let before = tables[(table - 1) * 256 + byte]
                tables[table * 256 + byte] = (before >> 8) ^ tables[Int(before & 0xFF)]
            }
        }
        return tables
    }()

    private var rest: UInt32 = 0xFFFF_FFFF

    /// The checksum of all bytes so far.
    var value: UInt32 { ~rest }

    /// Adds the next bytes.
    mutating func add(_ bytes: Span<UInt8>) {
        let tables = Self.tables.span
        var index = 0
        var rest = rest
        while bytes.count - index >= 8 {
            var low = rest
            for place in 0..<4 { low ^= UInt32(bytes[index + place]) << (8 * UInt32(place)) }
            var next: UInt32 = 0
            for place in 0..<4 {
                let byte = Int((low >> (8 * UInt32(place))) & 0xFF)
                next ^= tables[(7 - place) * 256 + byte]
                next ^= tables[(3 - place) * 256 + Int(bytes[index + 4 + place])]
            }
            rest = next
            index += 8
        }
        while index < bytes.count {
            rest = (rest >> 8) ^ tables[Int((rest ^ UInt32(bytes[index])) & 0xFF)]
            index += 1
        }
        self.rest = rest
    }
}
