import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Manifests
import Provenance
import RocksDB
import Synchronization
import Testing
import TestLedger
import TestSupport

/// A folder of storage format 1 opens, serves, and becomes one of format 2 meanwhile.
@Suite(.serialized) struct MigrationTests {
    private static let old: Set<String> = ["subjects", "threads"]

    private func check(_ folder: FormatOneFolder) throws -> CheckReport {
        var options = CheckOptions()
        options.signatures = true
        return try Ledger.check(folder: folder.options, options)
    }

    private func awaitMigration(_ ledger: Ledger) async throws {
        try await eventually("it is migrated") { ledger.migration == nil }
    }

    @Test func beforeTheUpgradeFsckKnowsItAndChangesNothing() throws {
        let folder = try FormatOneFolder()
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
        #expect(report.size == FormatOneFolder.size)
        let rows = Dictionary(uniqueKeysWithValues: report.families.map { ($0.family, $0.rows) })
        #expect(rows["threads"] == 2 * FormatOneFolder.size)
        #expect(rows["keys"] == nil)
        #expect(try folder.meta("format") == Array("1".utf8))
        #expect(try folder.families().isSuperset(of: Self.old))
    }

    @Test func itServesAsBeforeAndIsOfFormatTwoThen() async throws {
        let folder = try FormatOneFolder()
        let ledger = try folder.open()
        let lists = try NaiveLists(ledger)
        try lists.expectSame(in: ledger)
        try await awaitMigration(ledger)
        try lists.expectSame(in: ledger)
        ledger.close()
        #expect(try folder.meta("format") == Array("2".utf8))
        #expect(try folder.meta("migration") == nil)
        #expect(try folder.families().isDisjoint(with: Self.old))
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
        let again = try folder.open()
        defer { again.close() }
        #expect(again.migration == nil)
        try lists.expectSame(in: again)
    }

    /// The families that it knows are not all: so it cannot open the folder.
    @Test func aProgramOfFormatOneCannotOpenItAnyMore() async throws {
        let gate = Gate(isShut: true)
        let folder = try FormatOneFolder { options in
            options.faultHook = { step in
                if step == .table { gate.pass() }
                return nil
            }
        }
        let ledger = try folder.open()
        let image = try FormatOneFolder(image: folder)
        gate.open()
        ledger.close()
        let names = StoreLayout.Family.allCases.filter { $0 != .keys }.map(\.rawValue)
        #expect(throws: RocksDBError.self) {
            try Database(
                path: image.options.data,
                columnFamilies: names.map { ColumnFamilyOptions(name: $0) })
        }
        #expect(try image.meta("format") == Array("2".utf8))
    }

    /// An index is made where somebody asks for it, of all entries and behind the migration, whose
    /// end is told.
    @Test func anIndexThatIsSwitchedOnCoversTheEntriesOfBefore() async throws {
        let gate = Gate(isShut: true)
        let folder = try FormatOneFolder { options in
            options.index = .on
            options.indexInterval = .zero
            (options.epochs.entries, options.epochs.portionEntries) = (8, 4)
            options.faultHook = { step in
                if step == .table { gate.pass() }
                return nil
            }
        }
        let log = LogLines()
        let ledger = try folder.open(log.logger)
        defer {
            gate.open()
            ledger.close()
        }
        try await eventually("the first table waits") { gate.held == 1 }
        #expect(try ledger.indexHead() == nil)
        gate.open()
        try await awaitMigration(ledger)
        try await IndexTests.settled(ledger)
        try IndexOfLeaves(ledger).expectSame(in: ledger)
        #expect(log.says("storage format 2"), "\(log.text)")
        ledger.close()
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
    }

    /// Entries that come meanwhile are listed behind those of before, and have their rows.
    @Test func itRegistersMeanwhile() async throws {
        let gate = Gate(isShut: true)
        let folder = try FormatOneFolder { options in
            options.indexInterval = .seconds(3600)
            options.faultHook = { step in
                if step == .table { gate.pass() }
                return nil
            }
        }
        let ledger = try folder.open()
        defer {
            gate.open()
            ledger.close()
        }
        try await eventually("the first table waits") { gate.held == 1 }
        for number in 0..<5 {
            let answer = await ledger.register([try capture("new \(number % 2)", by: folder)])
            guard case .registered? = answer.first else {
                Issue.record("\(answer)")
                return
            }
            try NaiveLists(ledger).expectSame(in: ledger)
        }
        #expect(ledger.migration?.done == 0)
        gate.open()
        try await awaitMigration(ledger)
        try NaiveLists(ledger).expectSame(in: ledger)
        #expect(ledger.head().size == FormatOneFolder.size + 5)
    }

    /// Each step of the migration, a table at a time, as a kill -9 just before it, which is just
    /// after the one before, leaves it: `fsck` finds nothing, and the next start goes on.
    @Test(arguments: [WriteStep.table, .ingest, .cursor, .drop])
    func whereverItIsKilledTheNextStartGoesOn(step: WriteStep) async throws {
        let images = Mutex<[FormatOneFolder]>([])
        let source = Mutex<FormatOneFolder?>(nil)
        let folder = try FormatOneFolder { options in
            options.epochs.entries = 8
            options.epochs.portionEntries = 4
            options.faultHook = { now in
                guard now == step else { return nil }
                if let source = source.withLock({ $0 }),
                    let image = try? FormatOneFolder(image: source)
                {
                    images.withLock { $0.append(image) }
                }
                return nil
            }
        }
        source.withLock { $0 = folder }
        defer { source.withLock { $0 = nil } }
        let ledger = try folder.open()
        let lists = try NaiveLists(ledger)
        try await awaitMigration(ledger)
        ledger.close()
        let taken = images.withLock { $0 }
        #expect(taken.count >= (step == .drop ? 2 : 4))
        for image in taken {
            let report = try check(image)
            #expect(report.isClean, "\(report.findings)")
            let again = try image.open()
            try lists.expectSame(in: again)
            try await awaitMigration(again)
            try lists.expectSame(in: again)
            again.close()
            #expect(try check(image).isClean)
            #expect(try image.families().isDisjoint(with: Self.old))
        }
    }

    /// The write fails, or seems to: the store is opened again, and the migration goes on.
    @Test(arguments: [WriteStep.table, .ingest, .cursor, .drop], WriteFault.allCases)
    func aStepThatFailsIsDoneAgain(step: WriteStep, fault: WriteFault) async throws {
        let isArmed = Mutex(true)
        let folder = try FormatOneFolder { options in
            options.epochs.entries = 8
            options.epochs.portionEntries = 4
            options.faultHook = { now in
                guard now == step else { return nil }
                return isArmed.withLock { armed in
                    defer { armed = false }
                    return armed ? fault : nil
                }
            }
        }
        let ledger = try folder.open()
        let lists = try await reading(ledger) { try NaiveLists($0) }
        try await eventually("the fault has struck") { isArmed.withLock { !$0 } }
        try await awaitMigration(ledger)
        try await eventually("it writes") { ledger.readiness == nil }
        try await reading(ledger) { try lists.expectSame(in: $0) }
        ledger.close()
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
    }

    /// As of one moment of a migration, whichever it is.
    @Test func fsckOfTheServedLedgerFindsNothingMeanwhile() async throws {
        let folder = try FormatOneFolder { options in
            options.epochs.entries = 4
            options.epochs.portionEntries = 2
        }
        let ledger = try folder.open()
        defer { ledger.close() }
        try await eventually("it is migrated") {
            let isDone = ledger.migration == nil
            let report = try ledger.check()
            #expect(report.isClean, "\(report.findings)")
            return isDone
        }
    }

    /// A crash between the rows that say format 2 and the family that is of it.
    @Test func aFolderThatSaysFormatTwoAndHasNoKeysIsGoneOnWith() async throws {
        let folder = try FormatOneFolder()
        try change(folder) { store in
            let meta = store.columnFamily("meta")
            let batch = try WriteBatch(for: store)
            let migration = Migration(base: FormatOneFolder.size, size: FormatOneFolder.size)
            for (name, value) in [
                ("format", Array("2".utf8)), ("migration", migration.value),
                ("keys", StoreLayout.key(FormatOneFolder.size)),
            ] {
                batch.put(key: Array(name.utf8), value: value, in: meta)
            }
            try store.write(batch, sync: true)
        }
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
        let ledger = try folder.open()
        defer { ledger.close() }
        try await awaitMigration(ledger)
        try NaiveLists(ledger).expectSame(in: ledger)
    }

    /// What cannot be migrated stays as it is: an older program opens it as before.
    @Test(arguments: ["folder for all", "link", "pipe", "file"])
    func aFolderWhoseTablesHaveNoPlaceIsNotUpgraded(kind: String) throws {
        let folder = try FormatOneFolder()
        let place = folder.options.places.ingest
        switch kind {
        case "folder for all":
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o777])
        case "link":
            try FileManager.default.createSymbolicLink(
                atPath: place, withDestinationPath: folder.options.keys)
        case "pipe": #expect(unsafe mkfifo(place, 0o600) == 0)
        default: try Data().write(to: URL(filePath: place))
        }
        let error = #expect(throws: LedgerError.self) { try folder.open() }
        #expect("\(String(describing: error))".contains(place))
        #expect(try folder.meta("format") == Array("1".utf8))
        #expect(try folder.families().isSuperset(of: Self.old))
        #expect(try check(folder).isClean)
    }

    /// A log that was cut at the end of a migration, when a family of format 1 is gone: there is
    /// nothing to list old entries by, so all come from the leaves.
    @Test(arguments: [[StoreLayout.Family.subjects, .threads], [.subjects]])
    func rowsOfKeysThatGoAtTheEndOfAMigrationAreReadFromTheLeaves(
        gone: [StoreLayout.Family]
    ) async throws {
        let folder = try FormatOneFolder()
        let ledger = try folder.open()
        let lists = try NaiveLists(ledger)
        try await awaitMigration(ledger)
        ledger.close()
        let size = FormatOneFolder.size
        let families = StoreLayout.Family.allCases.filter { !gone.contains($0) }
        try change(folder, families: families) { store in
            let batch = try WriteBatch(for: store)
            batch.put(
                key: StoreLayout.MetaName.migration,
                value: Migration(base: size, size: size, done: size).value,
                in: store.columnFamily("meta"))
            batch.put(
                key: KeyRow.mark(size + 1), value: [], in: store.columnFamily("keys"))
            try store.write(batch, sync: true)
        }
        let again = try folder.open()
        try lists.expectSame(in: again)
        try await awaitMigration(again)
        try lists.expectSame(in: again)
        again.close()
        #expect(try folder.families().isDisjoint(with: Self.old))
        let report = try check(folder)
        #expect(report.isClean, "\(report.findings)")
    }

    /// The rows of the newest entries' threads, which format 1 wrote behind the sequencer.
    @Test func aFolderWhoseThreadsAreBehindIsMigratedToo() async throws {
        let folder = try FormatOneFolder()
        try change(folder) { store in
            let threads = store.columnFamily("threads")
            let batch = try WriteBatch(for: store)
            var rows = try Iterator(over: threads, of: store)
            try rows.seekToFirst()
            while let key = rows.key {
                if try #require(StoreLayout.number(key.suffix(8))) >= 20 {
                    batch.delete(key: key.span, in: threads)
                }
                try rows.next()
            }
            batch.put(
                key: Array("threads".utf8), value: StoreLayout.key(20),
                in: store.columnFamily("meta"))
            try store.write(batch, sync: true)
        }
        #expect(try check(folder).isClean)
        let ledger = try folder.open()
        let lists = try NaiveLists(ledger)
        try lists.expectSame(in: ledger)
        try await awaitMigration(ledger)
        try lists.expectSame(in: ledger)
        ledger.close()
        #expect(try check(folder).isClean)
    }

    /// In the middle of a migration a row of either format that is wrong is found.
    @Test func fsckFindsDamageInTheMiddle() async throws {
        let gate = Gate(isShut: true)
        let steps = Mutex(0)
        let folder = try FormatOneFolder { options in
            options.epochs.entries = 8
            options.epochs.portionEntries = 4
            options.faultHook = { step in
                if step == .table,
                    steps.withLock({
                        $0 += 1; return $0
                    }) == 3
                {
                    gate.pass()
                }
                return nil
            }
        }
        let ledger = try folder.open()
        try await eventually("two tables are in") { gate.held == 1 }
        #expect(ledger.migration?.done == 16)
        for family in [StoreLayout.Family.subjects, .threads, .keys] {
            for isMissing in [true, false] {
                let image = try FormatOneFolder(image: folder)
                #expect(try check(image).isClean)
                try change(image, families: StoreLayout.Family.allCases) { store in
                    let column = store.columnFamily(family.rawValue)
                    var rows = try Iterator(over: column, of: store)
                    try rows.seekToLast()
                    guard var key = rows.key else { throw FixtureError.unexpected("no rows") }
                    let batch = try WriteBatch(for: store)
                    if isMissing {
                        batch.delete(key: key.span, in: column)
                    } else {
                        key[20] ^= 1
                        batch.put(key: key, value: [], in: column)
                    }
                    try store.write(batch, sync: true)
                }
                let findings = try check(image).findings
                #expect(findings.map(\.family) == [family.rawValue], "\(findings)")
                #expect(findings.map(\.rule) == [isMissing ? .missing : .extra])
            }
        }
        gate.open()
        ledger.close()
    }

    private func capture(_ artifact: String, by folder: FormatOneFolder) throws -> [UInt8] {
        let (draft, manifest) = try LedgerFixture.draft(
            of: artifact, thread: "urn:example:new", issuedAt: 1_797_999_000)
        return try TransparentStatement(
            draft.sign(with: folder.pop), manifest: manifest.bytes
        ).encoded()
    }

    private func change(
        _ folder: FormatOneFolder,
        families: [StoreLayout.Family] = StoreLayout.Family.allCases.filter { $0 != .keys },
        _ body: (Database) throws -> Void
    ) throws {
        let store = try Database(
            path: folder.options.data,
            columnFamilies: families.map { StoreLayout.options(of: $0) })
        defer { store.close() }
        try body(store)
    }
}
