import RocksDB
import Testing
import TestSupport

@Suite struct BackupTests {
    @Test func aBackupThatIsStoppedIsNoneAndHarmsNone() throws {
        let folder = try TemporaryFolder()
        let backups = folder.path + "/backups"
        let database = try folder.open()
        defer { database.close() }
        let family = database.columnFamily("rows")
        try database.put(key: [1], value: [2], in: family)
        try BackupEngine(path: backups).createBackup(of: database)

        let stopped = try BackupEngine(path: backups)
        stopped.stop()
        #expect(throws: RocksDBError.self) { try stopped.createBackup(of: database) }

        let engine = try BackupEngine(path: backups)
        #expect(engine.backups.map(\.id) == [1])
        try database.put(key: [1], value: [3], in: family)
        try engine.createBackup(of: database)
        #expect(engine.backups.count == 2)
        for backup in engine.backups { try engine.verify(backup.id) }
    }
}
