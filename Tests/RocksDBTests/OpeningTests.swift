import Foundation
import RocksDB
import Testing
import TestSupport

@Suite struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func aMissingDatabaseIsNotCreatedUnasked() throws {
        let error = #expect(throws: RocksDBError.self) {
            try folder.open { $0.createIfMissing = false }
        }
        #expect(error?.kind == .invalidArgument)
        #expect(try folder.files("CURRENT") == [])
    }

    @Test func anExistingDatabaseIsRefusedOnRequest() throws {
        try folder.open().close()
        let error = #expect(throws: RocksDBError.self) {
            try folder.open { $0.errorIfExists = true }
        }
        #expect(error?.kind == .invalidArgument)
        #expect(error?.message.contains(folder.database) == true)
    }

    @Test func rowsAreThereAfterOpeningAgain() throws {
        let first = try folder.open()
        try first.put(key: [1], value: [2], in: first.columnFamily("rows"), sync: true)
        try first.put(key: [1], value: [3], in: first.columnFamily("others"))
        #expect(first.close())
        let second = try folder.open()
        #expect(try second.get([1], in: second.columnFamily("rows")) == [2])
        #expect(try second.get([1], in: second.columnFamily("others")) == [3])
        #expect(try second.get([1], in: second.columnFamily("default")) == nil)
    }

    @Test func aSecondOpeningIsRefusedAndTheFirstGoesOn() throws {
        let first = try folder.open()
        let error = #expect(throws: RocksDBError.self) { try folder.open() }
        #expect(error?.kind == .lockHeld)
        #expect(error?.message.contains("LOCK") == true)
        try first.put(key: [1], value: [1], in: first.columnFamily("rows"), sync: true)
        #expect(first.close())
        #expect(try folder.open().close())
    }

    @Test(.enabled(if: Python.isInstalled, "needs python3"))
    func aFolderOpenInAnotherProcessIsRefused() async throws {
        try folder.open().close()
        let other = try await Python.holdingLock(of: folder.database + "/LOCK")
        let error = #expect(throws: RocksDBError.self) { try folder.open() }
        #expect(error?.kind == .lockHeld)
        try other.closeInput()
        #expect(try await other.end().status == 0)
        #expect(try folder.open().close())
    }

    @Test func familiesAreCreatedWhenTheyAreMissing() throws {
        try folder.open(families: []).close()
        #expect(try Database.listColumnFamilies(path: folder.database) == ["default"])
        try folder.open().close()
        let names = try Database.listColumnFamilies(path: folder.database)
        #expect(Set(names) == ["default", "rows", "others"])
    }

    @Test func aFamilyThatIsNotAskedForIsNotIgnored() throws {
        try folder.open().close()
        let error = #expect(throws: RocksDBError.self) {
            try folder.open(families: [ColumnFamilyOptions(name: "rows")])
        }
        #expect(error?.kind == .invalidArgument)
        #expect(error?.message.contains("others") == true)
    }

    @Test func aFamilyNamedTwiceIsRefused() throws {
        let twice = [ColumnFamilyOptions(name: "rows"), ColumnFamilyOptions(name: "rows")]
        let error = #expect(throws: RocksDBError.self) { try folder.open(families: twice) }
        #expect(error?.kind == .invalidArgument)
    }

    @Test func namesAndPathsWithAZeroByteAreRefused() throws {
        let error = #expect(throws: RocksDBError.self) {
            try folder.open(families: [ColumnFamilyOptions(name: "ro\0ws")])
        }
        #expect(error?.kind == .invalidArgument)
        let other = #expect(throws: RocksDBError.self) {
            try Database(path: folder.database + "\0x", columnFamilies: [])
        }
        #expect(other?.kind == .invalidArgument)
    }

    @Test func listingWhereThereIsNoDatabaseFails() {
        let error = #expect(throws: RocksDBError.self) {
            try Database.listColumnFamilies(path: folder.path + "/nothing")
        }
        #expect(error?.kind == .ioError(noSpace: false))
    }

    /// The kernel lets nobody make folders here, not even root.
    @Test func aPlaceWhereNothingCanBeCreatedIsAnIOError() {
        var options = DatabaseOptions()
        options.createIfMissing = true
        let error = #expect(throws: RocksDBError.self) {
            try Database(path: "/proc/colophon", columnFamilies: [], options: options)
        }
        #expect(error?.kind == .ioError(noSpace: false))
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aReadOnlyFolderIsAnIOError() throws {
        try folder.open().close()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: folder.database)
        let error = #expect(throws: RocksDBError.self) { try folder.open() }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.database)
        #expect(error?.kind == .ioError(noSpace: false))
        #expect(try folder.open().close())
    }

    @Test func aCheckpointOpensWithWhatWasThere() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        try database.put(key: [1], value: [1], in: rows)
        try database.createCheckpoint(to: folder.path + "/copy")
        try database.put(key: [2], value: [2], in: rows)
        let copy = try Database(
            path: folder.path + "/copy",
            columnFamilies: [.init(name: "rows"), .init(name: "others")])
        #expect(try copy.get([1], in: copy.columnFamily("rows")) == [1])
        #expect(try copy.get([2], in: copy.columnFamily("rows")) == nil)
        #expect(try database.get([2], in: rows) == [2])
    }

    @Test func aCheckpointIntoAnExistingFolderIsRefused() throws {
        let database = try folder.open()
        let error = #expect(throws: RocksDBError.self) {
            try database.createCheckpoint(to: folder.path)
        }
        #expect(error?.kind == .invalidArgument)
    }

    @Test func propertiesAreReadByName() throws {
        let database = try folder.open()
        let rows = database.columnFamily("rows")
        try database.put(key: [1], value: [1], in: rows)
        #expect(database.property("rocksdb.estimate-num-keys", of: rows) == "1")
        #expect(database.property("rocksdb.estimate-num-keys") == "0")
        #expect(database.property("rocksdb.nonsense") == nil)
    }

    @Test(arguments: [Compression.none, .lz4, .zstd])
    func everyWayToKeepRowsGivesThemBack(compression: Compression) throws {
        var family = ColumnFamilyOptions(name: "rows")
        family.compression = compression
        family.bloomBitsPerKey = 10
        family.pointLookups = true
        family.blockByteCount = 1 << 10
        let database = try folder.open(families: [family]) {
            $0.walRecovery = .absoluteConsistency
            $0.blockCacheByteCount = 64 << 10
            $0.infoLogLevel = .debug
        }
        let rows = database.columnFamily("rows")
        for index in 0..<1000 {
            let key = [UInt8(index >> 8), UInt8(index & 0xFF)]
            try database.put(key: key, value: Array(repeating: key[1], count: 100), in: rows)
        }
        try database.flush()
        try database.compact(rows)
        for index in 0..<1000 {
            let key = [UInt8(index >> 8), UInt8(index & 0xFF)]
            #expect(try database.get(key, in: rows) == Array(repeating: key[1], count: 100))
        }
        #expect(try database.get([0xFF], in: rows) == nil)
    }
}

/// Another process that holds a lock as RocksDB does.
private enum Python {
    static let isInstalled = Program.isInstalled("python3")

    /// Starts a process that holds the lock until its input ends.
    static func holdingLock(of file: String) async throws -> RunningProgram {
        let program = try RunningProgram(
            "python3",
            [
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX); "
                    + "print('locked',file=sys.stderr,flush=True); sys.stdin.read()",
                file,
            ], input: .pipe)
        try await program.says("locked")
        return program
    }
}
