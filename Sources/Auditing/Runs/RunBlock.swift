import Merkle

/// The blocks that a run is written in, so that a look at one place reads and checks one block.
///
///     serial    8 bytes   of the run, big-endian
///     number    8 bytes   of the block in it, from 0
///     records             sorted; of the last block those that are left
///     digest   32 bytes   SHA-256 of all before
///
/// The digest tells a disk's errors, and a block of another file or another place. It is no
/// signature: whoever may write the folder may write what they like.
enum RunBlock<Record: RunRecord> {
    /// Bytes of a block at the most: a look reads as much, and a hundred records share the 48
    /// bytes beside them.
    private static var byteLimit: Int { 4_096 }

    private static var headByteCount: Int { 16 }

    /// Records of a full block.
    static var recordCount: Int {
        (byteLimit - headByteCount - Hash.byteCount) / Record.byteCount
    }

    /// Bytes of a block with so many records.
    static func byteCount(_ records: Int) -> Int {
        headByteCount + records * Record.byteCount + Hash.byteCount
    }

    /// Bytes of a run with so many records.
    static func fileByteCount(_ records: UInt64) -> UInt64 {
        let (full, rest) = records.quotientAndRemainder(dividingBy: UInt64(recordCount))
        return full * UInt64(byteCount(recordCount)) + (rest > 0 ? UInt64(byteCount(Int(rest))) : 0)
    }

    /// Appends a block to `bytes`.
    static func append(
        _ records: ArraySlice<Record>, serial: UInt64, number: UInt64, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(word: serial)
        bytes.append(word: number)
        for record in records { record.append(to: &bytes) }
        Hash.sha256(bytes[start...]).append(to: &bytes)
    }

    /// Appends the records of a block to `records`; false where it is not the one that was written.
    static func read(
        _ block: ArraySlice<UInt8>, serial: UInt64, number: UInt64, count: Int,
        into records: inout [Record]
    ) -> Bool {
        guard block.count == byteCount(count) else { return false }
        let content = block.dropLast(Hash.byteCount)
        guard Hash(block.suffix(Hash.byteCount)) == Hash.sha256(content) else { return false }
        let bytes = content.span
        guard bytes.word(at: 0) == serial, bytes.word(at: 8) == number else { return false }
        for place in 0..<count {
            records.append(Record(at: headByteCount + place * Record.byteCount, of: bytes))
        }
        return true
    }
}
