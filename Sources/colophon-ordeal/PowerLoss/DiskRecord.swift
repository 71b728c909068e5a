import Foundation

/// What a disk was told, in order: writes and flushes (`Tools/powerloss.d/recording-disk.c`).
struct DiskRecord {
    /// One write: where its bytes are in the record, and where they belong on the disk.
    struct Write {
        let place: Int
        let offset: UInt64
        let count: Int
    }

    enum Item {
        case write(Write)
        case flush
    }

    /// Bytes before those of a write: kind (1), offset (8), length (4), little-endian.
    private static let headByteCount = 13

    private let bytes: Data
    let items: [Item]

    /// Where the record stood after each item.
    let positions: [UInt64]

    init(at url: URL) throws {
        bytes = try Data(contentsOf: url, options: .alwaysMapped)
        var items: [Item] = []
        var positions: [UInt64] = []
        var place = bytes.startIndex
        while place + Self.headByteCount <= bytes.endIndex {
            let count = Int(Self.number(bytes, place + 9, 4))
            let start = place + Self.headByteCount
            guard start + count <= bytes.endIndex else { break }
            items.append(
                bytes[place] == 1
                    ? .flush
                    : .write(
                        Write(place: start, offset: Self.number(bytes, place + 1, 8), count: count))
            )
            place = start + count
            positions.append(UInt64(place - bytes.startIndex))
        }
        (self.items, self.positions) = (items, positions)
    }

    var byteCount: Int { bytes.count }

    var flushCount: Int {
        items.count { if case .flush = $0 { true } else { false } }
    }

    /// The bytes of a write, from `sector` on, at most `sectors` of 512 bytes.
    func data(_ write: Write, sector: Int = 0, sectors: Int? = nil) -> Data {
        let start = min(sector * Sector.byteCount, write.count)
        let end = sectors.map { min(start + $0 * Sector.byteCount, write.count) } ?? write.count
        return bytes[(write.place + start)..<(write.place + end)]
    }

    private static func number(_ bytes: Data, _ place: Int, _ count: Int) -> UInt64 {
        (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) }
    }
}

/// The unit that a disk writes whole or not at all.
enum Sector {
    static let byteCount = 512
}
