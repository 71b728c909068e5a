import Checkpoints
import Merkle
import Testing

@Suite struct TilePathTests {
    /// Paths with what they name.
    private static let paths: [(String, TilePath)] = [
        ("tile/0/000", .tile(TileID(level: 0, index: 0), width: 256)),
        ("tile/0/999.p/1", .tile(TileID(level: 0, index: 999), width: 1)),
        ("tile/1/x001/000", .tile(TileID(level: 1, index: 1000), width: 256)),
        ("tile/0/x001/x234/067", .tile(TileID(level: 0, index: 1_234_067), width: 256)),
        ("tile/0/x001/x234/067.p/255", .tile(TileID(level: 0, index: 1_234_067), width: 255)),
        ("tile/entries/x001/x000/000.p/9", .entries(index: 1_000_000, width: 9)),
        ("tile/entries/000", .entries(index: 0, width: 256)),
        ("tile/7/000.p/127", .tile(TileID(level: 7, index: 0), width: 127)),
    ]

    @Test(arguments: paths)
    func aPathIsReadAndWritten(path: String, value: TilePath) throws {
        #expect(try TilePath(parsing: path) == value)
        #expect(value.description == path)
    }

    /// Indexes around every change of length, at every level but the top one.
    @Test func everyPathThatIsWrittenIsRead() throws {
        var power: UInt64 = 1
        for _ in 0..<17 {
            for index in [power - 1, power, power + 1, power * 9] {
                for level in 0..<7 as Range<UInt8> where index < 1 << (55 - 8 * UInt64(level)) {
                    let tile = TilePath.tile(TileID(level: level, index: index), width: 3)
                    #expect(try TilePath(parsing: tile.description) == tile)
                }
                let bundle = TilePath.entries(index: index, width: 256)
                #expect(try TilePath(parsing: bundle.description) == bundle)
            }
            power *= 10
            if power * 9 >= 1 << 55 { break }
        }
    }

    /// Paths that some reader might take for one, with the rule each breaks.
    private static let otherSpellings: [(String, TilePathError)] = [
        ("", .notATile), ("tile", .notATile), ("tile/0", .notATile), ("tiles/0/000", .notATile),
        ("/tile/0/000", .notATile), ("checkpoint", .notATile), ("TILE/0/000", .notATile),
        ("tile//000", .malformedLevel), ("tile/00/000", .malformedLevel),
        ("tile/01/000", .malformedLevel), ("tile/64/000", .malformedLevel),
        ("tile/-1/000", .malformedLevel), ("tile/+1/000", .malformedLevel),
        ("tile/data/000", .malformedLevel), ("tile/Entries/000", .malformedLevel),
        ("tile/0/", .malformedIndex), ("tile/0/0", .malformedIndex),
        ("tile/0/00", .malformedIndex), ("tile/0/0000", .malformedIndex),
        ("tile/0/x000/001", .malformedIndex), ("tile/0/x000/x001/000", .malformedIndex),
        ("tile/0/001/000", .malformedIndex), ("tile/0/x001", .malformedIndex),
        ("tile/0/x001/x000", .malformedIndex), ("tile/0/X001/000", .malformedIndex),
        ("tile/0/x01/000", .malformedIndex), ("tile/0/x001//000", .malformedIndex),
        ("tile/0/000/", .malformedIndex), ("tile/0/0a0", .malformedIndex),
        ("tile/0/-01", .malformedIndex), ("tile/0/+01", .malformedIndex),
        ("tile/0/٠٠٠", .malformedIndex), ("tile/0/000.p", .malformedIndex),
        ("tile/0/.p/1", .malformedIndex), ("tile/0/000.P/1", .malformedIndex),
        ("tile/0/000/.p/1", .malformedIndex), ("tile/0/000.p/1/1", .malformedIndex),
        ("tile/0/000.p/", .malformedWidth), ("tile/0/000.p/0", .malformedWidth),
        ("tile/0/000.p/01", .malformedWidth), ("tile/0/000.p/256", .malformedWidth),
        ("tile/0/000.p/-1", .malformedWidth), ("tile/0/000.p/1 ", .malformedWidth),
        ("tile/0/000.p/99999999999999999999999", .malformedWidth),
        ("tile/8/000", .outsideEveryTree), ("tile/63/000", .outsideEveryTree),
        ("tile/7/000", .outsideEveryTree), ("tile/7/000.p/128", .outsideEveryTree),
        ("tile/7/001.p/1", .outsideEveryTree),
        ("tile/0/x999/x999/x999/x999/x999/x999/x999/999", .outsideEveryTree),
        ("tile/entries/x999/x999/x999/x999/x999/999", .outsideEveryTree),
    ]

    @Test(arguments: otherSpellings)
    func everyOtherSpellingIsRefused(path: String, error: TilePathError) {
        #expect(throws: error) { try TilePath(parsing: path) }
    }

    @Test(arguments: [
        "tile/../000", "tile/0/..", "tile/0/../../etc/passwd", "tile/0/000/../../../x",
        "tile/0/%2e%2e", "tile/0/x001/..", "tile/0/..\\..", "tile/0/000.p/..", "tile/entries/..",
        "tile/0/000\0", "tile/0/000\n", "tile/0/000?x", "tile/0/000#x", "tile/0/x001%2F000",
        "tile/./0/000", "tile/0/./000", "//tile/0/000", "tile\\0\\000",
    ])
    func noPathLeadsElsewhere(path: String) {
        #expect(throws: TilePathError.self) { try TilePath(parsing: path) }
    }

    /// Whatever is read is written the same way, also after one byte was changed.
    @Test func noTwoPathsNameOneTile() throws {
        let good = bytes("tile/0/x001/x234/067.p/112")
        var readable = 0
        for offset in good.indices {
            for byte in 0x20..<0x7F as Range<UInt8> {
                var changed = good
                changed[offset] = byte
                let path = String(decoding: changed, as: UTF8.self)
                guard let value = try? TilePath(parsing: path) else { continue }
                readable += 1
                #expect(value.description == path)
            }
        }
        #expect(readable > good.count)
    }
}
