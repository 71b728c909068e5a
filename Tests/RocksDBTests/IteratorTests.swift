import RocksDB
import Testing
import TestSupport

@Suite struct IteratorTests {
    private let folder: TemporaryFolder
    private let database: Database
    private let rows: ColumnFamily

    /// Sorted as RocksDB must: by unsigned bytes, a prefix before what it begins.
    private static let keys: [[UInt8]] = [
        [], [0], [0, 0], [1], [1, 0xFF], [1, 0xFF, 0], [2, 7], [0x7F], [0x80], [0xFF],
        [0xFF, 0xFF], [0xFF, 0xFF, 1],
    ]

    init() throws {
        folder = try TemporaryFolder()
        database = try folder.open()
        rows = database.columnFamily("rows")
        for (index, key) in Self.keys.enumerated().reversed() {
            try database.put(key: key, value: [UInt8(index)], in: rows)
            // Half of the rows are in a file, the others in memory.
            if index == 6 { try database.flush() }
        }
    }

    @Test func rowsComeInTheOrderOfTheirBytes() throws {
        var iterator = try Iterator(over: rows, of: database)
        #expect(iterator.isValid == false)
        try iterator.seekToFirst()
        var seen: [[UInt8]?] = []
        while iterator.isValid {
            #expect(iterator.value == [UInt8(seen.count)])
            seen.append(iterator.key)
            try iterator.next()
        }
        #expect(seen == Self.keys)
    }

    @Test func backwardsIsTheReverseOfForwards() throws {
        var iterator = try Iterator(over: rows, of: database, fillsCache: false)
        var seen: [[UInt8]?] = []
        var isValid = try iterator.seekToLast()
        while isValid {
            seen.append(iterator.key)
            isValid = try iterator.previous()
        }
        #expect(seen == Self.keys.reversed())
    }

    @Test func anIteratorOnNoRowHasNoKeyAndDoesNotMove() throws {
        var iterator = try Iterator(over: rows, of: database)
        #expect(iterator.key == nil)
        #expect(iterator.value == nil)
        iterator.withKey { _ in Issue.record("it stands on no row") }
        #expect(try !iterator.next())
        #expect(try !iterator.previous())
        try iterator.seekToLast()
        #expect(try !iterator.next())
        #expect(try !iterator.next())
        #expect(try !iterator.previous())
        #expect(try iterator.seekToFirst())
    }

    /// Every pair of keys around the stored ones as bounds, every such key as a target.
    @Test func boundsAndSeeksAgreeWithASortedArray() throws {
        let probes = Self.keys + [[0, 1], [1, 1], [2], [2, 8], [0x90], [0xFF, 0xFF, 0xFF]]
        for lower in probes.map(Optional.some) + [nil] {
            for upper in probes.map(Optional.some) + [nil] where !isReversed(lower, upper) {
                let model = Self.keys.filter { key in
                    (lower.map { !less(key, $0) } ?? true) && (upper.map { less(key, $0) } ?? true)
                }
                var iterator = try Iterator(
                    over: rows, of: database, lowerBound: lower, upperBound: upper)
                try iterator.seekToFirst()
                #expect(iterator.key == model.first)
                try iterator.seekToLast()
                #expect(iterator.key == model.last)
                for target in probes {
                    try iterator.seek(to: target)
                    #expect(iterator.key == model.first { !less($0, target) })
                    try iterator.seekBackward(to: target)
                    #expect(iterator.key == model.last { !less(target, $0) })
                }
            }
        }
    }

    @Test func reversedBoundsAreRefused() throws {
        let error = #expect(throws: RocksDBError.self) {
            try Iterator(over: rows, of: database, lowerBound: [2], upperBound: [1]).key
        }
        #expect(error?.kind == .invalidArgument)
    }

    @Test(arguments: [[], [0], [1], [1, 0xFF], [2], [3], [0xFF], [0xFF, 0xFF]] as [[UInt8]])
    func aPrefixSelectsTheKeysThatBeginWithIt(prefix: [UInt8]) throws {
        var iterator = try Iterator(over: rows, of: database, prefix: prefix)
        var seen: [[UInt8]?] = []
        try iterator.seekToFirst()
        while iterator.isValid {
            seen.append(iterator.key)
            try iterator.next()
        }
        #expect(seen == Self.keys.filter { $0.starts(with: prefix) })
    }

    @Test func theBoundOfAPrefixIsTheNextPrefix() {
        #expect(Iterator.upperBound(ofPrefix: []) == nil)
        #expect(Iterator.upperBound(ofPrefix: [0xFF, 0xFF]) == nil)
        #expect(Iterator.upperBound(ofPrefix: [1, 0xFE]) == [1, 0xFF])
        #expect(Iterator.upperBound(ofPrefix: [1, 0xFF, 0xFF]) == [2])
    }

    @Test func anIteratorDoesNotSeeLaterRows() throws {
        var iterator = try Iterator(over: rows, of: database)
        try database.put(key: [0x55], value: [], in: rows)
        try iterator.seek(to: [0x50])
        #expect(iterator.key == [0x7F])
        var later = try Iterator(over: rows, of: database)
        try later.seek(to: [0x50])
        #expect(later.key == [0x55])
    }

    @Test func keysAndValuesAreReadInPlace() throws {
        var iterator = try Iterator(over: rows, of: database)
        let target: InlineArray<2, UInt8> = [1, 2]
        #expect(try iterator.seek(to: target.span))
        var second: UInt8?
        iterator.withKey { second = $0[1] }
        #expect(second == 0xFF)
        #expect(iterator.withValue { $0[0] } == 4)
        #expect(try iterator.seekBackward(to: target.span))
        var count = 0
        iterator.withKey { count = $0.count }
        #expect(count == 1)
    }

    private func less(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }

    private func isReversed(_ lower: [UInt8]?, _ upper: [UInt8]?) -> Bool {
        guard let lower, let upper else { return false }
        return less(upper, lower)
    }
}
