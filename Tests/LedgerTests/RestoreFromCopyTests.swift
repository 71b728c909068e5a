import Checkpoints
import Encoding
import Files
import Foundation
import Ledger
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger
import TestSupport

/// A ledger whose folder is lost, and of which there is no backup: an export or a mirror, and the
/// records of those who have submitted since, bring it back.
@Suite(.serialized) struct RestoreFromCopyTests {
    let fixture: LedgerFixture
    let copy: String

    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        copy = fixture.folder.appending(path: "copy").path()
    }

    /// The ledger stops, and its folder is gone.
    private func lose() throws -> Head {
        let head = fixture.ledger.head()
        fixture.ledger.close()
        try FileManager.default.removeItem(atPath: fixture.options.data)
        return head
    }

    private func open<Value>(_ body: (Ledger) async throws -> Value) async throws -> Value {
        let ledger = try Ledger.open(fixture.options, logger: Logger(label: "test"))
        defer { ledger.close() }
        return try await body(ledger)
    }

    /// Puts back what the copy has, then the files.
    private func putBack(_ files: [String] = []) async throws -> Range<UInt64>? {
        let recovery = try Recovery(fixture.options, exports: [copy], files: files)
        defer { recovery.close() }
        _ = try await recovery.putBack(export: copy)
        if !files.isEmpty { _ = try await recovery.putBack(files: files) }
        try recovery.requireKeys()
        return recovery.missing
    }

    @Test func aCopyAndTheKeysAreTheWholeLedger() async throws {
        let ids = try await fixture.registerNew(works: (0..<300).map { "work \($0)" })
        let receipts = try ids.map { try #require(try fixture.ledger.receipt($0)) }
        _ = try fixture.ledger.export(to: copy)
        let head = try lose()
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        #expect(try await putBack() == nil)
        try await open { ledger in
            // The note's signature has one form, so the head is the same to the last byte.
            #expect(ledger.head().note == head.note)
            for (id, old) in zip(ids, receipts) {
                #expect(try ledger.receipt(id) != nil)
                // What was given out before is of this tree.
                guard case .inclusion(let proof) = try Receipt(old).proof else { continue }
                let leaf = try #require(try ledger.statement(id))
                #expect(proof.root(from: .leaf(leaf)) == head.root)
            }
            #expect(try await checkWhole(ledger, in: fixture.folder) == head.size)
            let after = await ledger.register([try fixture.capture("after")])
            guard case .registered? = after.first else {
                Issue.record("it does not sign: \(after)")
                return
            }
            #expect(ledger.head().size == head.size + 1)
        }
    }

    @Test func anOlderCopyAndTheRecordsSinceAreTheWholeLedger() async throws {
        _ = try await fixture.registerNew(works: ["before 1", "before 2"])
        _ = try fixture.ledger.export(to: copy)
        let later = try await fixture.registerNew(works: ["after 1", "after 2", "after 3"])
        let files = try later.map { id in
            let path = fixture.folder.appending(path: "\(id).colophon").path()
            try Data(#require(try fixture.ledger.transparent(id))).write(to: URL(filePath: path))
            return path
        }
        let head = try lose()
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        // The copy alone is not enough, and until the rest is there nothing is signed.
        #expect(try await putBack() == head.size - 3..<head.size)
        await #expect {
            try await open { _ in }
        } throws: {
            "\($0)".contains("entries \(head.size - 3) to \(head.size - 1) are missing")
        }
        #expect(try await putBack(files) == nil)
        try await open { ledger in
            #expect(ledger.head().note == head.note)
            #expect(ledger.readiness == nil)
        }
    }

    @Test func aManifestThatWasErasedDoesNotComeBack() async throws {
        let ids = try await fixture.registerNew(works: (0..<3).map { "work \($0)" })
        let leaf = try #require(try fixture.ledger.statement(ids[1]))
        let erasure = try ErasureManifest(
            entries: [Text("\(ids[1])")], sha256: Statement(leaf: leaf).manifestDigest,
            reason: "asked for", authority: "the creator"
        ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
        guard case .registered = try await fixture.register(fixture.control(erasure)) else {
            throw FixtureError.unexpected("the erasure was not registered")
        }
        _ = try fixture.ledger.export(to: copy)
        _ = try lose()
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        _ = try await putBack()
        try await open { ledger in
            guard case .erased? = try ledger.manifest(ids[1]) else {
                Issue.record("it is not erased")
                return
            }
            guard case .present? = try ledger.manifest(ids[2]) else {
                Issue.record("it is not there")
                return
            }
        }
    }

    // MARK: - What is no copy of this ledger

    private func refusal() async -> String {
        do {
            try await Ledger.restore(fromCopy: copy, to: fixture.options)
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    private func isGone() throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: fixture.options.data).deletingLastPathComponent().path())
        let name = URL(filePath: fixture.options.data).lastPathComponent
        return !names.contains(name) && !names.contains(name + ".restoring")
    }

    @Test func anotherLedgersCopyIsNotTakenForThisOne() async throws {
        // Of the same name, and with keys of its own.
        let other = try LedgerFixture()
        try await other.addPoP()
        _ = try other.ledger.export(to: copy)
        _ = try lose()
        #expect(await refusal().contains("none of the keys"))
        #expect(try isGone())
    }

    @Test func aCopyThatDoesNotProveItsFirstEntriesIsRefused() async throws {
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        _ = try lose()
        let size = 4
        let bundle = URL(filePath: "\(copy)/tile/entries/000.p/\(size)")
        let whole = try Data(contentsOf: bundle)
        var bytes = whole
        bytes[40] ^= 1
        try bytes.write(to: bundle)
        #expect(await refusal().contains("does not have the entries of the log"))
        try whole.write(to: bundle)
        let control = URL(filePath: "\(copy)/control")
        let statements = try Data(contentsOf: control)
        try Data([0x41, 0x00]).write(to: control)
        #expect(await refusal().contains("copy/control: is cut or altered"))
        try statements.write(to: control)
        #expect(try isGone())
        #expect(await refusal() == "taken")
    }

    /// After a handover the key that signed the checkpoint is named by nothing else.
    @Test func aControlFileThatIsNotWholeIsTheFileThatIsNamed() async throws {
        let before = try fixture.ledger.control()
        #expect(try fixture.ledger.rotate(.note).status == .handedOver)
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        _ = try lose()
        let control = URL(filePath: "\(copy)/control")
        let whole = try Array(Data(contentsOf: control))
        var altered = whole
        altered[whole.count - 5] ^= 1
        for damaged in [Array(whole.dropLast(10)), altered, []] {
            try Data(damaged).write(to: control)
            let words = await refusal()
            #expect(words.contains("\(control.path()): "), "\(words)")
            #expect(!words.contains("checkpoint"), "\(words)")
        }
        try FileManager.default.removeItem(at: control)
        #expect(await refusal().hasPrefix("\(control.path()): is missing"))
        // Cut between two statements it looks like an older one.
        try Data(before).write(to: control)
        let words = await refusal()
        #expect(words.contains("checkpoint: is signed by no key"), "\(words)")
        #expect(words.contains("and \(control.path()) names none"), "\(words)")
        #expect(try isGone())
        try Data(whole).write(to: control)
        #expect(await refusal() == "taken")
    }

    @Test func aDamagedControlFileIsNamedAlsoWhereTheFolderIsThere() async throws {
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        #expect(try fixture.ledger.rotate(.note).status == .handedOver)
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        _ = try lose()
        _ = try Ledger.restore(from: backups, to: fixture.options)
        let control = URL(filePath: "\(copy)/control")
        let whole = try Data(contentsOf: control)
        try whole.dropLast(10).write(to: control)
        await #expect {
            _ = try await putBack()
        } throws: {
            "\($0)".hasPrefix("\(control.path()): is cut or altered")
        }
        try whole.write(to: control)
        #expect(try await putBack() == nil)
    }

    @Test func aCopyFromBeforeEachHandoverSaysThatItIsOlderThanTheKeys() async throws {
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        let size = fixture.ledger.head().size
        for which in LogKeyManifest.Which.allCases {
            #expect(try fixture.ledger.rotate(which).status == .handedOver)
        }
        let newer = fixture.folder.appending(path: "newer").path()
        _ = try fixture.ledger.export(to: newer)
        _ = try lose()
        let words = await refusal()
        #expect(words.contains("as far as \(copy) goes (\(size) entries)"), "\(words)")
        #expect(words.contains("name a newer copy beside it"), "\(words)")
        #expect(try isGone())
        try await Ledger.restore(fromCopy: copy, beside: [newer], to: fixture.options)
    }

    /// A head that was signed counts, whether the entries below it can be read or not.
    @Test func theHeadOfACopyWhoseEntriesAreLostIsRemembered() async throws {
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        let small = fixture.ledger.head().size
        let highWater = URL(filePath: fixture.options.highWater)
        let old = try Data(contentsOf: highWater)
        _ = try await fixture.registerNew(works: ["b", "c"])
        let damaged = fixture.folder.appending(path: "damaged").path()
        _ = try fixture.ledger.export(to: damaged)
        let head = try lose()
        try old.write(to: highWater)
        try Data([0]).write(
            to: URL(filePath: "\(damaged)/tile/entries/000.p/\(head.size)"))
        try await Ledger.restore(fromCopy: copy, to: fixture.options)
        let recovery = try Recovery(fixture.options, exports: [copy, damaged])
        try await recovery.remember(copies: [copy, damaged])
        _ = try await recovery.putBack(export: copy)
        await #expect(throws: LedgerError.self) {
            _ = try await recovery.putBack(export: damaged)
        }
        recovery.close()
        let again = try Recovery(fixture.options)
        #expect(again.missing == small..<head.size)
        again.close()
    }

    /// Two branches of a fork, of different sizes: no head of one is a head of the other.
    @Test func copiesThatContradictEachOtherMakeNoFolder() async throws {
        let options = fixture.options
        let other = fixture.folder.appending(path: "other").path()
        fixture.ledger.close()
        let files = FileManager.default
        for path in [options.data, options.highWater] {
            try files.copyItem(atPath: path, toPath: path + ".before")
        }
        try await open { ledger in
            _ = await ledger.register([try fixture.capture("one")])
            _ = try ledger.export(to: copy)
        }
        for path in [options.data, options.highWater] {
            try files.removeItem(atPath: path)
            try files.moveItem(atPath: path + ".before", toPath: path)
        }
        try await open { ledger in
            _ = await ledger.register(try ["two", "three"].map { try fixture.capture($0) })
            _ = try ledger.export(to: other)
        }
        try files.removeItem(atPath: options.data)
        for (first, second) in [(copy, other), (other, copy)] {
            await #expect {
                try await Ledger.restore(fromCopy: first, beside: [second], to: options)
            } throws: {
                "\($0)".contains("one does not go on from the other")
            }
            #expect(try NamedPath.status(options.data) == nil)
        }
    }

    /// One makes the folder; each other one is told that it is being made, or is there.
    @Test func severalRestoresAtOnceMakeTheFolderOnce() async throws {
        _ = try await fixture.registerNew(works: ["a"])
        _ = try fixture.ledger.export(to: copy)
        _ = try lose()
        for _ in 0..<20 {
            let outcomes = await withTaskGroup(of: LedgerError?.self) { group in
                for _ in 0..<4 {
                    group.addTask { [copy, options = fixture.options] in
                        do throws(LedgerError) {
                            try await Ledger.restore(fromCopy: copy, to: options)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1, "\(outcomes)")
            for case let error? in outcomes {
                switch error {
                case .inUse, .exists: continue
                default: Issue.record("\(error)")
                }
            }
            try FileManager.default.removeItem(atPath: fixture.options.data)
        }
    }

    @Test func aFolderThatIsThereIsLeftAlone() async throws {
        _ = try fixture.ledger.export(to: copy)
        fixture.ledger.close()
        #expect(await refusal() != "taken")
        try await open { ledger in
            #expect(ledger.head().size == 3)
        }
    }
}
