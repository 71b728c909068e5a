import Merkle

extension LogLayout {
    /// Takes a bundle of `width` leaves apart; `isExact` where nothing may follow them.
    func leaves(
        in file: [UInt8], _ number: UInt64, width: Int, isExact: Bool, _ place: LogError.File
    ) throws(LogError) -> LeafBundle {
        var bytes = file
        let places: [Range<Int>]
        let end: Int
        switch self {
        case .tiles: (places, end) = try Self.tiles(file, width, place)
        case .sumDB: (places, end) = try Self.records(file, number, width, place)
        case .staticCT: (bytes, places, end) = try Self.certificates(file, width, place)
        }
        guard end == file.count || !isExact else {
            throw .malformed(place, rule: "must end after \(width) entries")
        }
        if self != .staticCT, end < bytes.count { bytes.removeSubrange(end...) }
        return LeafBundle(number, bytes: bytes, places: places)
    }

    /// The leaves of C2SP tlog-tiles, and where the last of them ends.
    private static func tiles(
        _ file: [UInt8], _ width: Int, _ place: LogError.File
    ) throws(LogError) -> ([Range<Int>], Int) {
        var places: [Range<Int>] = []
        places.reserveCapacity(width)
        var next = 0
        while places.count < width {
            guard file.count - next >= 2 else { throw tooFew(width, place) }
            let length = Int(file[next]) << 8 | Int(file[next + 1])
            next += 2
            guard file.count - next >= length else { throw tooFew(width, place) }
            places.append(next..<next + length)
            next += length
        }
        return (places, next)
    }

    private static func tooFew(_ width: Int, _ place: LogError.File) -> LogError {
        .malformed(place, rule: "must hold \(width) entries")
    }

    // MARK: - Records of text

    /// The records of Go's checksum database: `NUMBER LF TEXT LF`, where TEXT is lines, none of
    /// them empty (golang.org/x/mod/sumdb/tlog, FormatRecord).
    private static func records(
        _ file: [UInt8], _ number: UInt64, _ width: Int, _ place: LogError.File
    ) throws(LogError) -> ([Range<Int>], Int) {
        let lineEnd = UInt8(ascii: "\n")
        var places: [Range<Int>] = []
        var next = 0
        while places.count < width {
            let index = number * UInt64(TileID.width) + UInt64(places.count)
            let head = Array("\(index)\n".utf8)
            guard file[next...].starts(with: head) else {
                throw .malformed(place, rule: "must have record \(index) behind its number")
            }
            let start = next + head.count
            var end = start
            // A record ends where an empty line follows a line.
            while end < file.count, file[end] != lineEnd {
                guard let line = file[end...].firstIndex(of: lineEnd) else {
                    throw tooFew(width, place)
                }
                end = line + 1
            }
            guard end < file.count, end > start else { throw tooFew(width, place) }
            places.append(start..<end)
            next = end + 1
        }
        return (places, next)
    }

    // MARK: - Certificates

    /// The Merkle leaves of the TileLeaf values of C2SP static-ct-api, put together.
    ///
    ///     MerkleTreeLeaf    00 00, version and type, then TimestampedEntry (RFC 6962 §3.4)
    ///     TileLeaf          TimestampedEntry; a precertificate's own bytes; fingerprints
    private static func certificates(
        _ file: [UInt8], _ width: Int, _ place: LogError.File
    ) throws(LogError) -> ([UInt8], [Range<Int>], Int) {
        var reader = TLSReader(bytes: file)
        var leaves: [UInt8] = []
        leaves.reserveCapacity(file.count)
        var places: [Range<Int>] = []
        while places.count < width {
            guard let entry = reader.timestampedEntry(),
                reader.skip(entry.isPrecertificate ? 3 : 0),
                reader.skip(2)
            else { throw tooFew(width, place) }
            let start = leaves.count
            leaves += [0, 0]
            leaves += file[entry.place]
            places.append(start..<leaves.count)
        }
        return (leaves, places, reader.next)
    }
}

/// Reads the few structures of TLS presentation language that a TileLeaf is made of.
private struct TLSReader {
    let bytes: [UInt8]
    var next = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Passes over an element behind its length of so many bytes, where it has one.
    mutating func skip(_ lengthBytes: Int) -> Bool {
        guard lengthBytes > 0 else { return true }
        guard let length = number(lengthBytes) else { return false }
        return skipBytes(length)
    }

    /// A TimestampedEntry: time, type, the entry, extensions (RFC 6962 §3.4).
    mutating func timestampedEntry() -> (place: Range<Int>, isPrecertificate: Bool)? {
        let start = next
        guard skipBytes(8), let type = number(2), type < 2 else { return nil }
        // A precertificate has the hash of its issuer's key before it.
        guard type == 0 || skipBytes(32), skip(3), skip(2) else { return nil }
        return (start..<next, type == 1)
    }

    private mutating func number(_ byteCount: Int) -> Int? {
        guard bytes.count - next >= byteCount else { return nil }
        defer { next += byteCount }
        return bytes[next..<next + byteCount].reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func skipBytes(_ count: Int) -> Bool {
        guard bytes.count - next >= count else { return false }
        next += count
        return true
    }
}
