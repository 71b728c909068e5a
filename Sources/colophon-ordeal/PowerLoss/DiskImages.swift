import Foundation
import Processes

/// Makes the disks that power cuts could have left, for cuts in the order of time.
///
/// One image holds everything up to the last flush before the cut and only grows; each cut's
/// disk is a copy of it with what survived of the later writes.
struct DiskImages {
    private let record: DiskRecord
    private let flushed: URL
    private let handle: FileHandle
    private var applied = 0

    /// `base` is the disk before the record began; it is changed.
    init(record: DiskRecord, base: URL) throws {
        self.record = record
        flushed = base
        handle = try FileHandle(forUpdating: base)
    }

    /// Writes the disk after `cut` to `image`, and returns how many writes were at stake.
    mutating func make(_ cut: PowerCut, at image: URL, _ dice: inout Dice) throws -> Int {
        let last = record.items[..<cut.count].lastIndex {
            if case .flush = $0 { true } else { false }
        }
        if let last, last > applied {
            for case .write(let write) in record.items[applied..<last] {
                try Self.put(record.data(write), at: write.offset, in: handle)
            }
            applied = last
        }
        // A new file: nothing that was done to the last disk can reach this one.
        try Child.run(
            "cp", ["--sparse=auto", "--remove-destination", flushed.path(), image.path()])
        let open = record.items[(last ?? 0)..<cut.count].compactMap { item -> DiskRecord.Write? in
            if case .write(let write) = item { write } else { nil }
        }
        let disk = try FileHandle(forUpdating: image)
        defer { try? disk.close() }
        switch cut.loss {
        case .everything: break
        case .nothing: try put(open, in: disk)
        case .some: try put(open.filter { _ in dice.happens(50) }, in: disk)
        case .reordered:
            try put(open.filter { _ in dice.happens(70) }.shuffled(using: &dice), in: disk)
        case .torn:
            for write in open.filter({ _ in dice.happens(80) }).shuffled(using: &dice) {
                try tear(write, in: disk, &dice)
            }
        }
        return open.count
    }

    private func put(_ writes: [DiskRecord.Write], in disk: FileHandle) throws {
        for write in writes { try Self.put(record.data(write), at: write.offset, in: disk) }
    }

    /// Writes each sector of a write or leaves it out; half of the writes lose only their end.
    private func tear(_ write: DiskRecord.Write, in disk: FileHandle, _ dice: inout Dice) throws {
        let sectors = (write.count + Sector.byteCount - 1) / Sector.byteCount
        guard !dice.happens(50) else {
            let kept = record.data(write, sectors: dice.number(0..<(sectors + 1)))
            return try Self.put(kept, at: write.offset, in: disk)
        }
        for sector in 0..<sectors where dice.happens(50) {
            try Self.put(
                record.data(write, sector: sector, sectors: 1),
                at: write.offset + UInt64(sector * Sector.byteCount), in: disk)
        }
    }

    private static func put(_ bytes: Data, at offset: UInt64, in disk: FileHandle) throws {
        try disk.seek(toOffset: offset)
        try disk.write(contentsOf: bytes)
    }
}
