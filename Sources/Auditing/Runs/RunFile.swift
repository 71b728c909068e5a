import Files

/// What is known of a run without opening it; the state keeps it.
struct RunNote: Hashable, Sendable {
    /// The number that no other run of the folder ever had.
    let serial: UInt64

    /// How many records it has; at least one.
    let count: UInt64

    /// Whether its records were held to each other and to those of all other settled runs.
    var isSettled: Bool

    /// Runs of one level are of about one size: between two powers of ``RunSet/fanout``.
    var level: Int { (UInt64.bitWidth - 1 - count.leadingZeroBitCount) / 4 }
}

/// A run: sorted records in a file that never changes.
///
/// Not trusted: each block is checked as it is read, so one that has changed is an error.
final class RunFile<Record: RunRecord>: Sendable {
    let note: RunNote
    let name: String

    private let file: InputFile
    private let blockCount: UInt64

    /// Blocks that are read at once where all are read: 64 KiB.
    private static var stride: Int { 16 }

    /// Opens the run; one that has not the bytes that its records need is damaged.
    init(_ note: RunNote, name: String, in folder: Folder) throws(RunError) {
        do throws(FileError) {
            file = try folder.file(name)
            try file.requireOwn(isSecret: false)
        } catch {
            guard !error.isMissing else {
                throw .damaged(path: folder.path(of: name), rule: "is not there")
            }
            throw .file(error)
        }
        self.note = note
        self.name = name
        let perBlock = UInt64(RunBlock<Record>.recordCount)
        blockCount = (note.count + perBlock - 1) / perBlock
        let expected = RunBlock<Record>.fileByteCount(note.count)
        guard file.status.size == expected else {
            throw .damaged(
                path: file.path, rule: "has \(file.status.size) bytes and must have \(expected)")
        }
    }

    /// Appends the records of up to `limit` blocks from `block` on; returns the block after them.
    func read(
        from block: UInt64, limit: Int = stride, into records: inout [Record]
    ) throws(RunError) -> UInt64 {
        let end = min(block + UInt64(limit), blockCount)
        guard block < end else { return end }
        let size = UInt64(RunBlock<Record>.byteCount(RunBlock<Record>.recordCount))
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try file.bytes(at: block * size, count: Int((end - block) * size))
        } catch {
            throw .file(error)
        }
        records.reserveCapacity(
            records.count + Int(end - block) * RunBlock<Record>.recordCount)
        for number in block..<end {
            let start = Int((number - block) * size)
            let count = recordCount(of: number)
            let byteCount = RunBlock<Record>.byteCount(count)
            guard start + byteCount <= bytes.count,
                RunBlock.read(
                    bytes[start..<(start + byteCount)], serial: note.serial, number: number,
                    count: count, into: &records)
            else {
                throw .damaged(
                    path: file.path, rule: "block \(number) is not the one that was written")
            }
        }
        return end
    }

    private func recordCount(of block: UInt64) -> Int {
        let perBlock = UInt64(RunBlock<Record>.recordCount)
        return Int(min(perBlock, note.count - block * perBlock))
    }

    /// Returns the number of the last block whose first record is not above `record`; the first
    /// block where none is.
    func block(for record: Record, cache: inout BlockCache<Record>) throws(RunError) -> UInt64 {
        var (low, high) = (UInt64(0), blockCount)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try cache.records(of: self, middle)[0] <= record {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    /// Calls `body` with the records from `lower` on, in their order, until it returns false.
    func forEach(
        from lower: Record, cache: inout BlockCache<Record>,
        _ body: (Record) -> Bool
    ) throws(RunError) {
        var block = try block(for: lower, cache: &cache)
        while block < blockCount {
            for record in try cache.records(of: self, block) where record >= lower {
                guard body(record) else { return }
            }
            block += 1
        }
    }

    /// Returns the last record below `record`; nil where there is none.
    func last(
        below record: Record, cache: inout BlockCache<Record>
    ) throws(RunError) -> Record? {
        let block = try block(for: record, cache: &cache)
        if let found = try cache.records(of: self, block).last(where: { $0 < record }) {
            return found
        }
        return block > 0 ? try cache.records(of: self, block - 1).last : nil
    }
}

/// Blocks that were read, for looks that follow each other: they share the upper ones of a search.
struct BlockCache<Record: RunRecord> {
    /// Blocks that are kept: 2 MiB of records, and those that decide the first nine steps of a
    /// search in one run.
    private static var limit: Int { 512 }

    private struct Place: Hashable {
        let serial: UInt64
        let block: UInt64
    }

    private var blocks: [Place: [Record]] = [:]

    /// Returns the records of a block; each has one at least.
    mutating func records(
        of run: RunFile<Record>, _ block: UInt64
    ) throws(RunError) -> [Record] {
        let place = Place(serial: run.note.serial, block: block)
        if let known = blocks[place] { return known }
        var records: [Record] = []
        _ = try run.read(from: block, limit: 1, into: &records)
        if blocks.count >= Self.limit { blocks.removeAll(keepingCapacity: true) }
        blocks[place] = records
        return records
    }
}
