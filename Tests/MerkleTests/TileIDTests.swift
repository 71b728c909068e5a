import Merkle
import Testing

@Suite struct TileIDTests {
    @Test func allTilesOfALevelTogetherHoldItsNodes() {
        for size in [0, 1, 255, 256, 257, 511, 512, 70_000, 16_777_216] as [UInt64] {
            for level in 0...7 as ClosedRange<UInt8> {
                var tile = TileID(level: level, index: 0)
                var nodes: UInt64 = 0
                while tile.width(in: size) > 0 {
                    nodes += UInt64(tile.width(in: size))
                    tile = TileID(level: level, index: tile.index + 1)
                }
                #expect(nodes == size >> (8 * UInt64(level)))
            }
        }
    }

    @Test func theLargestTreeHasHalfATileAtTheTop() {
        #expect(TileID(level: 7, index: 0).width(in: 1 << 63) == 128)
        #expect(TileID(level: 7, index: 0).width(in: (1 << 63) - 1) == 127)
        #expect(TileID(level: 6, index: 127).width(in: 1 << 63) == 256)
        #expect(TileID(level: 6, index: 128).width(in: 1 << 63) == 0)
        #expect(TileID(level: 0, index: (1 << 55) - 1).width(in: 1 << 63) == 256)
        #expect(TileID(level: 0, index: (1 << 55) - 1).width(in: (1 << 63) - 1) == 255)
    }

    /// Whatever a request names, the answer is a width and no crash.
    @Test(arguments: [8, 63, 64, 255] as [UInt8])
    func noTreeHasTilesAboveTheSeventhLevel(level: UInt8) {
        for index in [0, 1, .max] as [UInt64] {
            #expect(TileID(level: level, index: index).width(in: 1 << 63) == 0)
        }
    }

    @Test(arguments: 0...7 as ClosedRange<UInt8>)
    func noTreeHasATileAtTheEndOfTheIndexes(level: UInt8) {
        #expect(TileID(level: level, index: .max).width(in: 1 << 63) == 0)
    }
}
