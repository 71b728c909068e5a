public import Merkle

/// The path of a tile or of an entry bundle, below the log's prefix (C2SP tlog-tiles).
///
///     tile/<L>/<N>[.p/<W>]            hashes
///     tile/entries/<N>[.p/<W>]        entries
///
/// L is 0...7: higher levels are empty in trees of at most 2^63 - 1 leaves. N is in groups of
/// three digits, all but the last with an "x" before them. W is 1...255 and says how many
/// hashes or entries a partial one has. Each resource has one path; all others are refused,
/// so a path that was read can be used as a file name.
public enum TilePath: Hashable, Sendable, CustomStringConvertible {
    /// A tile of `width` hashes; 256 is a full one.
    case tile(TileID, width: Int)

    /// A bundle of `width` entries, the first of which is entry `index * 256`.
    case entries(index: UInt64, width: Int)

    /// Reads a path such as "tile/0/x001/067.p/112", without a slash before it.
    public init(parsing path: String) throws(TilePathError) {
        let parts = Array(path.utf8).split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].elementsEqual("tile".utf8) else { throw .notATile }
        let isBundle = parts[1].elementsEqual("entries".utf8)
        guard let level = isBundle ? 0 : decimal(parts[1]), level <= 63 else {
            throw .malformedLevel
        }
        var groups = parts[2...]
        let width = try Self.takeWidth(from: &groups)
        let index = try Self.index(groups)
        guard level < 8 else { throw .outsideEveryTree }
        // The last leaf below has index 2^63 - 2 at most.
        let height = 8 * level
        let first = index.multipliedReportingOverflow(by: 256)
        let leaves = first.partialValue.addingReportingOverflow(UInt64(width))
        guard !first.overflow, !leaves.overflow,
            leaves.partialValue <= maximumDecimal >> height
        else { throw .outsideEveryTree }
        if isBundle {
            self = .entries(index: index, width: width)
        } else {
            self = .tile(TileID(level: UInt8(level), index: index), width: width)
        }
    }

    /// The path, as `init(parsing:)` reads it.
    public var description: String {
        let (place, index, width) =
            switch self {
            case .tile(let tile, let width): (String(tile.level), tile.index, width)
            case .entries(let index, let width): ("entries", index, width)
            }
        let partial = width < TileID.width ? ".p/\(width)" : ""
        return "tile/\(place)/\(Self.path(of: index))\(partial)"
    }

    /// Returns the groups of digits that name `index`: 1234067 is "x001/x234/067".
    private static func path(of index: UInt64) -> String {
        let digits = String(index)
        let padded = String(repeating: "0", count: (3 - digits.count % 3) % 3) + digits
        var path = ""
        for (offset, digit) in padded.enumerated() {
            if offset % 3 == 0 {
                if offset > 0 { path += "/" }
                if offset + 3 < padded.count { path += "x" }
            }
            path.append(digit)
        }
        return path
    }

    /// Takes ".p/W" off the groups, or answers the width of a full tile.
    private static func takeWidth(
        from groups: inout ArraySlice<ArraySlice<UInt8>>
    ) throws(TilePathError) -> Int {
        let mark = ".p".utf8
        guard let marked = groups.dropLast().last, marked.suffix(2).elementsEqual(mark) else {
            return TileID.width
        }
        guard let number = decimal(groups.removeLast()), (1..<256).contains(number),
            let width = Int(exactly: number)
        else { throw .malformedWidth }
        groups[groups.endIndex - 1].removeLast(mark.count)
        return width
    }

    /// Reads the groups of an index.
    private static func index(
        _ groups: ArraySlice<ArraySlice<UInt8>>
    ) throws(TilePathError) -> UInt64 {
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            let digits = isLast ? group : group.dropFirst()
            guard isLast || group.first == UInt8(ascii: "x"), digits.count == 3,
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { throw .malformedIndex }
            let thousands = index.multipliedReportingOverflow(by: 1000)
            guard !thousands.overflow, thousands.partialValue <= maximumDecimal else {
                throw .outsideEveryTree
            }
            let number = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
            // A first group of zeros would be another path for the same index.
            guard number > 0 || position > 0 || isLast else { throw .malformedIndex }
            index = thousands.partialValue + number
        }
        return index
    }
}

/// Why a path names neither tile nor entry bundle (C2SP tlog-tiles).
///
/// Every case is answered with "not found".
public enum TilePathError: Error, Hashable, Sendable {
    /// The path does not have the form tile/L/N or tile/entries/N.
    case notATile

    /// The level is not a decimal number of one spelling from 0 to 63.
    case malformedLevel

    /// The index is not in groups of three digits, or begins with a group of zeros.
    case malformedIndex

    /// The width is not a decimal number of one spelling from 1 to 255.
    case malformedWidth

    /// No tree of at most 2^63 - 1 leaves has such a tile.
    case outsideEveryTree
}
