import Files

/// Writes a run: records come in their order, and count once the state names the run.
struct RunWriter<Record: RunRecord>: ~Copyable {
    private var file: OutputFile
    private let serial: UInt64
    private var block: [Record] = []
    private var bytes: [UInt8] = []
    private var blockCount: UInt64 = 0

    /// Records that were written.
    private(set) var count: UInt64 = 0

    /// Bytes that are written at once: few calls, and little memory.
    private static var chunkByteCount: Int { 1 << 20 }

    init(serial: UInt64, name: String, in folder: Folder) throws(RunError) {
        do throws(FileError) {
            file = try OutputFile(making: name, in: folder, .secret)
        } catch {
            throw .file(error)
        }
        self.serial = serial
        block.reserveCapacity(RunBlock<Record>.recordCount)
        bytes.reserveCapacity(
            Self.chunkByteCount + RunBlock<Record>.byteCount(RunBlock<Record>.recordCount))
    }

    /// Writes the next record, which is not below the one before.
    mutating func append(_ record: Record) throws(RunError) {
        block.append(record)
        count += 1
        if block.count == RunBlock<Record>.recordCount { try seal() }
    }

    private mutating func seal() throws(RunError) {
        RunBlock.append(block[...], serial: serial, number: blockCount, to: &bytes)
        blockCount += 1
        block.removeAll(keepingCapacity: true)
        if bytes.count >= Self.chunkByteCount { try flush() }
    }

    private mutating func flush() throws(RunError) {
        do throws(FileError) {
            try file.write(bytes)
        } catch {
            throw .file(error)
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Waits until all is on the disk; returns the number of records.
    mutating func finish() throws(RunError) -> UInt64 {
        if !block.isEmpty { try seal() }
        try flush()
        do throws(FileError) {
            try file.synchronize()
        } catch {
            throw .file(error)
        }
        return count
    }
}
