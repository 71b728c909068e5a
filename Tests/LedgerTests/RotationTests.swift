import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// One of the ledger's own keys is handed over once, whatever comes in between (registry.md §7).
@Suite(.serialized) struct RotationTests {
    private static let all = LogKeyManifest.Which.allCases

    private func registered(_ name: String, _ fixture: LedgerFixture) async throws -> EntryID {
        try await fixture.registerNew(fixture.capture(name))
    }

    private func url(_ name: String, _ fixture: LedgerFixture) -> URL {
        URL(filePath: fixture.options.keys).appending(path: name)
    }

    private func key(_ name: String, _ fixture: LedgerFixture) throws -> COSEKey {
        try KeyFile.read(privateKeyAt: url(name, fixture).path()).key.publicKey
    }

    private func names(_ fixture: LedgerFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.options.keys).sorted()
    }

    /// How often each key was handed over, by the log.
    private func handovers(_ fixture: LedgerFixture) throws -> [LogKeyManifest] {
        var reader = CBORSequenceReader(itemLimit: 1 << 20)
        reader.append(try fixture.ledger.control())
        var found: [LogKeyManifest] = []
        while case .bytes(let leaf)? = try reader.next() {
            let manifest = try #require(try Statement(leaf: leaf).controlManifest)
            if manifest.predicateType == PredicateType.logKey {
                found.append(try LogKeyManifest(manifest))
            }
        }
        return found
    }

    private func report(_ id: EntryID, by kit: TrustKit, _ fixture: LedgerFixture) throws -> Report
    {
        let file = try #require(try fixture.ledger.transparent(id))
        return Verifier(kit).verify(file: file, artifact: nil, recordOnly: true)
    }

    @Test(arguments: all)
    func theNewKeySignsFromTheHandoverOn(which: LogKeyManifest.Which) async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let early = try await registered("early", fixture)
        let before = try #require(try fixture.ledger.transparent(early))
        let oldKit = try TrustKit(fixture.ledger.trustKit())
        let name = "\(which.rawValue).pem"
        let oldKey = try key(name, fixture)
        let size = fixture.ledger.head().size
        let rotation = try fixture.ledger.rotate(which)
        let entry = try #require(rotation.entry)
        #expect(rotation.status == .handedOver && !rotation.wasPrepared)
        #expect(entry.index == size && entry.lastSize == size && entry.suspectFrom == nil)
        #expect(try key(name, fixture) != oldKey)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        let late = try await registered("late", fixture)
        // Every kit and receipt verifies by the registry alone.
        let kit = try TrustKit(fixture.ledger.trustKit())
        #expect(kit.registry.ledgerKeys.terms.count == (which == .ledger ? 2 : 1))
        for id in [early, late] { #expect(try report(id, by: kit, fixture).ok) }
        let old = Verifier(kit).verify(file: before, artifact: nil, recordOnly: true)
        #expect(old.ok && old.reached == .logged, "\(old.findings)")
        // A kit of before knows the old receipt, and says of the new one that it does not know.
        let known = Verifier(oldKit).verify(file: before, artifact: nil, recordOnly: true)
        let unknown = try report(late, by: oldKit, fixture)
        #expect(known.ok && unknown.isNewerThanKit)
        let isSigned = which == .ledger || which == .receipt
        // A receipt whose note proves it stands, though its own key is not known.
        #expect((unknown.reached == .logged) == isSigned, "\(unknown.findings)")
        let isUnknown = unknown.findings.contains {
            $0.check == .receipt && $0.verdict == .unknown
        }
        #expect(isUnknown == (which != .ledger))
        #expect(!unknown.findings.contains { $0.verdict == .refuted }, "\(unknown.findings)")
        try fixture.reopen()
        #expect(fixture.ledger.readiness == nil)
        _ = try await registered("later", fixture)
        let check = try fixture.ledger.check(CheckOptions())
        #expect(check.findings.isEmpty, "\(check.findings)")
    }

    @Test func allKeysAreHandedOverOneAfterTheOtherAndAgain() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let first = try await registered("first", fixture)
        for round in 0..<2 {
            for which in Self.all {
                let rotation = try fixture.ledger.rotate(which, again: round > 0)
                #expect(rotation.status == .handedOver)
            }
        }
        #expect(try handovers(fixture).count == 6)
        try fixture.reopen()
        let kit = try TrustKit(fixture.ledger.trustKit())
        #expect(try report(first, by: kit, fixture).ok)
        let last = try await registered("last", fixture)
        #expect(try report(last, by: kit, fixture).isNewerThanKit)
    }

    @Test func aPreparedKeyIsTheOneThatFollows() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let prepared = try fixture.ledger.prepareRotation(of: .note)
        #expect(prepared.status == .prepared && !prepared.wasPrepared && prepared.entry == nil)
        let again = try fixture.ledger.prepareRotation(of: .note)
        #expect(again.wasPrepared && again.new == prepared.new && again.old == prepared.old)
        // The old key goes on signing, after a start too.
        try fixture.reopen()
        _ = try await registered("meanwhile", fixture)
        #expect(try handovers(fixture).isEmpty)
        let rotation = try fixture.ledger.rotate(.note)
        #expect(rotation.wasPrepared && rotation.new == prepared.new)
        #expect(rotation.old == prepared.old)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
    }

    @Test func aRepeatIsTheSameHandoverForADay() async throws {
        let fixture = try LedgerFixture()
        let first = try fixture.ledger.rotate(.receipt)
        fixture.clock.advance(by: 24 * 60 * 60 - 1)
        let repeated = try fixture.ledger.rotate(.receipt)
        #expect(repeated.status == .known && repeated.entry == first.entry)
        #expect(try handovers(fixture).count == 1)
        // Another key or what was prepared is meant anew.
        #expect(try fixture.ledger.rotate(.note).status == .handedOver)
        _ = try fixture.ledger.prepareRotation(of: .ledger)
        #expect(try fixture.ledger.rotate(.ledger).status == .handedOver)
        fixture.clock.advance(by: 1)
        #expect(try fixture.ledger.rotate(.receipt).status == .handedOver)
    }

    @Test func eachHandoverOfTheDayCountsWhateverHeadsItMadeSuspect() async throws {
        let fixture = try LedgerFixture()
        let stolen = try fixture.ledger.rotate(.note, suspectFrom: 2)
        #expect(stolen.status == .handedOver)
        // The same again, and without the question.
        for suspectFrom in [2, nil] as [UInt64?] {
            let known = try fixture.ledger.rotate(.note, suspectFrom: suspectFrom)
            #expect(known.status == .known && known.entry == stolen.entry)
        }
        // Other heads are not suspect by that one: to say "known" would be false.
        let refused = ledgerError { _ = try fixture.ledger.rotate(.note, suspectFrom: 1) }
        #expect(refused?.remedy == .mend)
        #expect("\(refused.map { "\($0)" } ?? "")".contains("--again"))
        #expect(try handovers(fixture).count == 1)
        let lowered = try fixture.ledger.rotate(.note, suspectFrom: 1, again: true)
        #expect(lowered.status == .handedOver && lowered.entry?.suspectFrom == 1)
        _ = try fixture.ledger.rotate(.receipt)
        let late = ledgerError { _ = try fixture.ledger.rotate(.receipt, suspectFrom: 1) }
        #expect(late?.remedy == .mend)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        #expect(try handovers(fixture).count == 3)
    }

    @Test(arguments: [LogKeyManifest.Which.note, .receipt])
    func aKeyThatLayBesideAStolenOneIsNeverHandedOverTo(
        which: LogKeyManifest.Which
    ) async throws {
        let fixture = try LedgerFixture()
        let prepared = try fixture.ledger.prepareRotation(of: which)
        let lying = try key("\(which.rawValue).next.pem", fixture)
        let rotation = try fixture.ledger.rotate(which, suspectFrom: 1)
        #expect(rotation.status == .handedOver && !rotation.wasPrepared)
        #expect(rotation.removed == prepared.new && rotation.new != prepared.new)
        #expect(try key("\(which.rawValue).pem", fixture) != lying)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        #expect(try handovers(fixture).map(\.new) == [rotation.new])
        try fixture.reopen()
        #expect(try fixture.ledger.rotate(which, suspectFrom: 1).status == .known)
    }

    /// Whoever put the wrong file there has to hear which one it is.
    @Test func aNextKeyThatCannotBeIsNamedWithItsFile() throws {
        let fixture = try LedgerFixture()
        let next = url("note.next.pem", fixture)
        func put(_ bytes: [UInt8]) throws {
            try? FileManager.default.removeItem(at: next)
            #expect(
                FileManager.default.createFile(
                    atPath: next.path(), contents: Data(bytes),
                    attributes: [.posixPermissions: 0o600]))
        }
        let receipt = try Data(contentsOf: url("receipt.pem", fixture))
        let table: [([UInt8], String)] = [
            (Array(receipt), "is the ledger's receipt key"),
            (Array(KeyFile.pem(of: fixture.admin).utf8), "has another purpose"),
            (Array(KeyFile.pem(of: KeyFile.generate(.es256)).utf8), "is no Ed25519 key"),
        ]
        for (bytes, words) in table {
            try put(bytes)
            let refused = ledgerError { _ = try fixture.ledger.rotate(.note) }
            let text = refused.map { "\($0)" } ?? ""
            #expect(text.contains("note.next.pem: ") && text.contains(words), "\(text)")
        }
        #expect(try handovers(fixture).isEmpty)
        fixture.ledger.close()
        let unopened = ledgerError { try fixture.reopen() }
        #expect(unopened.map { "\($0)".contains("note.next.pem: is no Ed25519 key") } == true)
    }

    @Test func onlyHeadsThatThereAreCanBeSuspect() async throws {
        let fixture = try LedgerFixture()
        for size in [0, 3, .max] as [UInt64] {
            let refused = ledgerError { _ = try fixture.ledger.rotate(.note, suspectFrom: size) }
            #expect(refused?.remedy == .mend, "\(size)")
        }
        let ofLedger = ledgerError { _ = try fixture.ledger.rotate(.ledger, suspectFrom: 1) }
        #expect(ofLedger?.remedy == .mend)
        #expect(try handovers(fixture).isEmpty)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        #expect(try fixture.ledger.rotate(.note, suspectFrom: 2).entry?.suspectFrom == 2)
        #expect(try handovers(fixture).map(\.suspectFrom) == [2])
    }

    // MARK: - Crashes

    /// A write that fails while a key is handed over.
    struct Failing: CustomTestStringConvertible, Sendable {
        let which: LogKeyManifest.Which
        let step: WriteStep
        let fault: WriteFault

        var testDescription: String { "\(which) \(step) \(fault)" }

        static let all = RotationTests.all.flatMap { which in
            [WriteStep.batch, .highWater, .head].flatMap { step in
                WriteFault.allCases.map { Failing(which: which, step: step, fault: $0) }
            }
        }
    }

    @Test(arguments: Failing.all, [false, true])
    func aHandoverThatFailsAtAWriteIsDoneOnceWhenItIsAskedForAgain(
        failing: Failing, isKilled: Bool
    ) async throws {
        let armed = Mutex<Failing?>(nil)
        let fixture = try LedgerFixture { step in
            armed.withLock { state in
                guard let failing = state, failing.step == step else { return nil }
                state = nil
                return failing.fault
            }
        }
        try await fixture.addPoP()
        let early = try await registered("early", fixture)
        let name = "\(failing.which.rawValue).pem"
        let oldKey = try key(name, fixture)
        armed.withLock { $0 = failing }
        let failed = ledgerError { _ = try fixture.ledger.rotate(failing.which) }
        #expect(failed != nil)
        if isKilled { try fixture.reopen() }
        try await eventually("it writes") { fixture.ledger.readiness == nil }
        // Lost with its batch, it is made now, of the same key.
        let isLost = failing.step == .batch && failing.fault == .lost
        // Else the old private key is gone as soon as the new head is signed.
        #expect(try names(fixture).count == (isLost ? 4 : 3))
        #expect(try (key(name, fixture) == oldKey) == isLost)
        let rotation = try fixture.ledger.rotate(failing.which)
        #expect(rotation.status == (isLost ? .handedOver : .known))
        #expect(try handovers(fixture).count == 1)
        #expect(try key(name, fixture) != oldKey)
        #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        _ = try await registered("late", fixture)
        try fixture.reopen()
        let kit = try TrustKit(fixture.ledger.trustKit())
        #expect(try report(early, by: kit, fixture).ok)
        #expect(try fixture.ledger.check(CheckOptions()).findings.isEmpty)
    }

    /// A kill while a key file is written, and one between its two names.
    @Test func whatAKillLeavesOfAKeyFileIsRemovedAndNothingElse() async throws {
        let fixture = try LedgerFixture()
        let own = ["ledger.pem", "note.pem", "receipt.pem"]
        let files = FileManager.default
        let (part, second) = (".colophon-00000000000000aa.tmp", ".colophon-00000000000000ab.tmp")
        let foreign = [".colophon-notes", ".colophon-x.tmp", "mine.tmp"]
        func leave() throws {
            try Data("-----BEGIN".utf8).write(to: url(part, fixture))
            try files.linkItem(at: url("note.pem", fixture), to: url(second, fixture))
        }
        try Data("mine".utf8).write(to: url(foreign[0], fixture))
        try files.createDirectory(at: url(foreign[1], fixture), withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: url(foreign[2], fixture))
        try leave()
        try fixture.reopen()
        #expect(try names(fixture) == (foreign + own).sorted())
        for status in [Ledger.Rotation.Status.handedOver, .known] {
            try leave()
            #expect(try fixture.ledger.rotate(.note).status == status)
            #expect(try names(fixture) == (foreign + own).sorted())
        }
        try leave()
        _ = try fixture.ledger.prepareRotation(of: .note)
        #expect(try names(fixture) == (foreign + own + ["note.next.pem"]).sorted())
    }

    /// The moments between the steps, as a kill leaves them in the folder of the keys.
    @Test(arguments: all)
    func whatIsInTheFilesIsKnownByTheRegistryAndNotByTheirNames(
        which: LogKeyManifest.Which
    ) async throws {
        let fixture = try LedgerFixture()
        let (name, nextName) = ("\(which.rawValue).pem", "\(which.rawValue).next.pem")
        let old = try Data(contentsOf: url(name, fixture))
        _ = try fixture.ledger.rotate(which)
        let new = try Data(contentsOf: url(name, fixture))
        func put(_ bytes: Data?, _ name: String) throws {
            let url = url(name, fixture)
            try? FileManager.default.removeItem(at: url)
            guard let bytes else { return }
            #expect(
                FileManager.default.createFile(
                    atPath: url.path(), contents: bytes, attributes: [.posixPermissions: 0o600]))
        }
        // Killed before the new name, or after the old one was taken away by hand.
        for (first, second) in [(old, new), (nil, new)] as [(Data?, Data?)] {
            fixture.ledger.close()
            try put(first, name)
            try put(second, nextName)
            try fixture.reopen()
            #expect(try Data(contentsOf: url(name, fixture)) == new)
            #expect(try names(fixture) == ["ledger.pem", "note.pem", "receipt.pem"])
        }
        // The old key was put back beside the new one: it is never handed over to.
        try put(old, nextName)
        let refused = ledgerError { _ = try fixture.ledger.rotate(which, again: true) }
        #expect("\(refused.map { "\($0)" } ?? "")".contains("remove this file"))
        // The old key alone signs nothing that anybody would believe.
        fixture.ledger.close()
        try put(old, name)
        try put(nil, nextName)
        let unfit = ledgerError { try fixture.reopen() }
        #expect("\(unfit.map { "\($0)" } ?? "")".contains("was handed over"))
        try put(new, name)
        try fixture.reopen()
        #expect(try handovers(fixture).count == 1)
    }

    // MARK: - Old copies

    @Test func anOldCopyComesBackPastAHandoverFromAnExport() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let backups = fixture.folder.appending(path: "backups").path()
        let export = fixture.folder.appending(path: "export").path()
        _ = try fixture.ledger.backup(to: backups)
        for which in Self.all { _ = try fixture.ledger.rotate(which) }
        _ = try await registered("late", fixture)
        _ = try fixture.ledger.export(to: export)
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        // It reads, and signs nothing: the keys here are newer than it.
        try await restored.open { ledger in
            #expect(ledger.readiness?.contains("old copy") == true)
        }
        let recovery = try Recovery(restored.options)
        _ = try await recovery.putBack(export: export)
        #expect(recovery.missing == nil)
        recovery.close()
        try await restored.open { ledger in
            #expect(ledger.readiness == nil)
            let kit = try TrustKit(ledger.trustKit())
            #expect(kit.registry.noteKeys.terms.count == 2)
        }
    }

    /// What is said to be ready must open.
    @Test func theKeysAreJudgedBeforeALedgerIsCalledReadyAsTheyAreWhenItOpens() async throws {
        let fixture = try LedgerFixture()
        let backups = fixture.folder.appending(path: "backups").path()
        let old = fixture.folder.appending(path: "old.keys").path()
        try FileManager.default.copyItem(atPath: fixture.options.keys, toPath: old)
        _ = try fixture.ledger.rotate(.note)
        _ = try fixture.ledger.backup(to: backups)
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        var options = restored.options
        for (keys, isRight) in [(old, false), (fixture.options.keys, true)] {
            options.keys = keys
            let recovery = try Recovery(options)
            let judged = ledgerError { try recovery.requireKeys() }
            recovery.close()
            let opened = ledgerError {
                try Ledger.open(options, logger: Logger(label: "test")).close()
            }
            #expect((judged == nil) == isRight)
            #expect(judged == opened)
        }
    }

    /// The newest checkpoint is signed by a key that the copy does not know.
    @Test func aLostHighWaterFileIsMadeAnewByANoteOfALaterKey() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let backups = fixture.folder.appending(path: "backups").path()
        let export = fixture.folder.appending(path: "export").path()
        _ = try fixture.ledger.backup(to: backups)
        _ = try fixture.ledger.rotate(.note)
        _ = try await registered("late", fixture)
        _ = try fixture.ledger.export(to: export)
        let note = fixture.ledger.head().note
        fixture.ledger.close()
        let highWater = fixture.folder.appending(path: "fresh.highwater").path()
        let restored = try Restored(fixture, from: backups, highWater: highWater)
        let lost = [(name: "newest", note: note)]
        #expect(throws: LedgerError.self) {
            _ = try Recovery(restored.options, makingHighWaterFrom: lost)
        }
        let recovery = try Recovery(
            restored.options, makingHighWaterFrom: lost, exports: [export])
        #expect(recovery.missing?.upperBound == 5)
        try recovery.remember(note, from: "newest")
        _ = try await recovery.putBack(export: export)
        #expect(recovery.missing == nil)
        recovery.close()
        try await restored.open { ledger in
            #expect(ledger.readiness == nil)
        }
    }

    @Test func anOldCopyComesBackPastAHandoverFromRecords() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let backups = fixture.folder.appending(path: "backups").path()
        _ = try fixture.ledger.backup(to: backups)
        var ids: [EntryID] = []
        for which in Self.all {
            ids.append(try #require(try fixture.ledger.rotate(which).entry).id)
        }
        ids.append(try await registered("late", fixture))
        let paths = try ids.enumerated().map { number, id in
            let path = fixture.folder.appending(path: "\(number).colophon").path()
            try Data(#require(try fixture.ledger.transparent(id))).write(to: URL(filePath: path))
            return path
        }
        fixture.ledger.close()
        let restored = try Restored(fixture, from: backups)
        let recovery = try Recovery(restored.options)
        // Without the handover of the note key the later heads are nobody's.
        await #expect(throws: LedgerError.self) {
            _ = try await recovery.putBack(files: [paths[3]])
        }
        _ = try await recovery.putBack(files: paths)
        #expect(recovery.missing == nil)
        recovery.close()
        try await restored.open { ledger in
            #expect(ledger.readiness == nil)
        }
    }
}
