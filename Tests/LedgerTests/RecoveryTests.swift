import Anchoring
import Checkpoints
import Encoding
import Foundation
import Keys
import Ledger
import LedgerCheck
import LedgerStore
import LogReader
import Logging
import Manifests
import Merkle
import Provenance
import Studio
import Testing
import TestLedger
import TestSupport

/// Old copies of a ledger: they sign nothing until they have everything back.
@Suite(.serialized) struct RecoveryTests {
    let fixture: LedgerFixture
    let backups: String
    let export: String

    /// Entries 0 to 4 are in the backup: policy, administrator, PoP and two captures.
    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        backups = fixture.folder.appending(path: "backups").path()
        export = fixture.folder.appending(path: "export").path()
        try await register(["before 1", "before 2"])
        _ = try fixture.ledger.backup(to: backups)
    }

    @discardableResult
    func register(_ names: [String]) async throws -> [EntryID] {
        var ids: [EntryID] = []
        for name in names { ids.append(try await fixture.registerNew(fixture.capture(name))) }
        return ids
    }

    /// Saves everything that is known of an entry, as its owner would have it.
    func file(_ id: EntryID, of ledger: Ledger? = nil) throws -> String {
        let path = fixture.folder.appending(path: "\(UUID()).colophon").path()
        try Data(#require(try (ledger ?? fixture.ledger).transparent(id)))
            .write(to: URL(filePath: path))
        return path
    }

    /// Runs `body` with the folder open for recovery.
    func recover<Value>(
        _ restored: Restored, _ body: (Recovery) async throws -> Value
    ) async throws -> Value {
        let recovery = try Recovery(restored.options)
        defer { recovery.close() }
        return try await body(recovery)
    }

    /// What recovery says against `body`.
    func refusal(
        _ restored: Restored, _ body: (Recovery) async throws -> Recovery.Report
    ) async -> String {
        do {
            return "took \(try await recover(restored, body).entries)"
        } catch {
            return "\(error)"
        }
    }

    func isRefused(_ ledger: Ledger, _ name: String) async throws -> Bool {
        guard
            case .refused(let refusal, _)? = await ledger.register([try fixture.capture(name)])
                .first
        else { return false }
        return refusal.reason == .storage
    }

    // MARK: - Putting back

    /// It does not know the keys that were added since: that is no word against who uses them.
    @Test func anOldCopyPutsOffWhatOnlyANewerRegistryCouldJudge() async throws {
        let late = KeyFile.generate(.ed25519)
        try await fixture.addPoP(late.publicKey)
        let restored = try Restored(fixture, from: backups)
        let statement = try Signer(issuer: LedgerFixture.berlin, key: late).sign(
            LedgerFixture.manifest(of: "late", pop: LedgerFixture.berlin, nonce: randomBytes()),
            thread: "urn:example:late", Freshness(issuedAt: fixture.clock.now)
        ).bytes
        try await restored.open { ledger async throws in
            #expect(ledger.readiness != nil)
            let answers = await ledger.register([statement, [0xFF]])
            guard case .refused(let refusal, _) = answers[0],
                case .refused(let malformed, _) = answers[1]
            else {
                Issue.record("\(answers)")
                return
            }
            #expect(refusal.reason == .storage)
            #expect(refusal.rule.contains("missing"))
            #expect(malformed.reason == .malformed)
        }
        // With everything back, the same ledger knows the key.
        _ = try fixture.ledger.export(to: export)
        _ = try await recover(restored) { try await $0.putBack(export: export) }
        fixture.ledger.close()
        try await restored.open { ledger async throws in
            guard case .registered = await ledger.register([statement])[0] else {
                Issue.record("the statement is still refused")
                return
            }
        }
    }

    /// Heads that others have dated since the backup come back with what they said.
    @Test func evidenceAboutHeadsComesBackWithTheEntriesOfAnExport() async throws {
        let log = DatedLog(fixture.ledger)
        var kept: [KeptAnchor] = []
        for number in 0..<3 {
            _ = try await register((0..<200).map { "round \(number) work \($0)" })
            let input = try #require(try log.newestHeadToDate())
            for source in [
                AnchorSource(.timestamp, url: "http://time.example"),
                AnchorSource(.openTimestamps, url: "https://calendar.example"),
            ] {
                kept.append(
                    KeptAnchor(
                        of: source, about: input,
                        state: source.kind == .timestamp ? .complete : .pending, askedAt: 1,
                        time: 2, evidence: [UInt8(number)]))
            }
        }
        for anchor in kept { try log.keep(anchor) }
        _ = try fixture.ledger.export(to: export)
        #expect(try FileManager.default.contentsOfDirectory(atPath: export + "/anchors").count == 3)
        // A promise that is kept is in the next export, and the rest is not written again.
        kept[1] = KeptAnchor(
            of: kept[1].source, about: kept[1].input, state: .complete, askedAt: 1, time: 3,
            evidence: [9])
        try log.keep(kept[1])
        #expect(try fixture.ledger.export(to: export).files == 1)
        #expect(try fixture.ledger.export(to: export).files == 0)
        let newest = fixture.ledger.head()
        fixture.ledger.close()

        let restored = try Restored(fixture, from: backups)
        try await recover(restored) { recovery throws in
            let report = try await recovery.putBack(export: export)
            #expect(report.anchors == 6 && report.passedOver.isEmpty, "\(report.passedOver)")
            // Once more, as after a crash between the two: nothing but promises is written again.
            let again = try await recovery.putBack(export: export)
            #expect(again.entries.isEmpty && again.anchors == 2)
        }
        try await restored.open { ledger async throws in
            let log = DatedLog(ledger)
            for anchor in kept {
                let found = try log.anchors(ofSize: anchor.input.size, anchor.source.kind)
                #expect(found == [anchor])
                #expect(try ledger.head(size: anchor.input.size) != nil)
            }
            #expect(ledger.head().note == newest.note)
            // The evidence here is none that fsck could read; all else about it must hold.
            let found = try ledger.check().findings.filter { !$0.detail.contains("be read") }
            #expect(found.isEmpty, "\(found)")
        }
    }

    /// What was changed in the files of evidence keeps no entry out, and is named.
    @Test func evidenceThatIsNotTheLedgersIsPassedOverAndNamed() async throws {
        let log = DatedLog(fixture.ledger)
        _ = try await register(["one"])
        let input = try #require(try log.newestHeadToDate())
        try log.keep(
            KeptAnchor(
                of: AnchorSource(.timestamp, url: "http://time.example"), about: input,
                state: .complete, askedAt: 1, time: 2, evidence: [1]))
        _ = try await register(["two"])
        _ = try fixture.ledger.export(to: export)
        fixture.ledger.close()
        let path = export + "/anchors/000"
        let whole = try Data(contentsOf: URL(filePath: path))
        let root = Data(input.checkpoint)
        let places = [
            whole.count - 1, 20, try #require(whole.firstRange(of: root)).lowerBound + 30,
        ]
        for place in places {
            var bytes = whole
            bytes[place] ^= 1
            try bytes.write(to: URL(filePath: path))
            let restored = try Restored(fixture, from: backups)
            try await recover(restored) { recovery throws in
                let report = try await recovery.putBack(export: export)
                #expect(report.entries == 5..<7)
                if place != whole.count - 1 {
                    #expect(report.anchors == 0 && report.passedOver.map(\.path) == [path])
                }
            }
        }
    }

    @Test func anOldCopySaysWhatIsMissingAndSignsAgainOnceItIsBack() async throws {
        let ids = try await register((0..<300).map { "after \($0)" })
        let receipts = try ids.map { try #require(try fixture.ledger.receipt($0)) }
        let newest = fixture.ledger.head()
        _ = try fixture.ledger.export(to: export)
        let restored = try Restored(fixture, from: backups)
        try await restored.open { ledger async throws in
            #expect(ledger.readiness?.hasPrefix("entries 5 to 304 are missing") == true)
            #expect(try await isRefused(ledger, "too early"))
            #expect(ledger.head().size == 5)
            #expect(try await checkWhole(ledger, in: fixture.folder) == 5)
        }
        try await recover(restored) { recovery throws in
            #expect(recovery.missing == 5..<305)
            let report = try await recovery.putBack(export: export)
            #expect((report.entries, report.withoutManifest) == (5..<305, 0))
            #expect(recovery.missing == nil)
        }
        try await restored.open { ledger async throws in
            #expect(ledger.readiness == nil)
            // The same head, signed again, is the same note.
            #expect(ledger.head().note == newest.note)
            let answer = await ledger.register([try fixture.capture("goes on")]).first
            guard case .registered? = answer else {
                Issue.record("\(answer as Any)")
                return
            }
            #expect(try await checkWhole(ledger, in: fixture.folder) == 306)
            let path = try ledger.consistency(from: newest.size, to: nil)
            let proof = try ConsistencyProof(oldSize: newest.size, newSize: 306, path: path)
            try proof.verify(old: newest.root, new: ledger.head().root)
            let verifier = Verifier(try TrustKit(ledger.trustKit()))
            for (id, receipt) in zip(ids, receipts) {
                var file = try TransparentStatement(#require(try ledger.transparent(id)))
                file.receipts = [receipt]
                #expect(verifier.verify(file: file.encoded(), artifact: nil, recordOnly: true).ok)
            }
        }
    }

    @Test func receiptsPutEntriesBackAsFarAsTheyLeaveNoGap() async throws {
        let ids = try await register((0..<6).map { "after \($0)" })
        let files = try ids.map { try file($0) }
        let restored = try Restored(fixture, from: backups)
        try await recover(restored) { recovery throws in
            let report = try await recovery.putBack(files: [files[3], files[1], files[0], files[5]])
            #expect(report.entries == 5..<7)
            #expect(recovery.missing == 7..<11)
        }
        try await restored.open { ledger async throws in
            #expect(ledger.readiness?.hasPrefix("entries 7 to 10 are missing") == true)
            #expect(ledger.head().size == 5)
            #expect(try await isRefused(ledger, "too early"))
        }
        try await recover(restored) { recovery throws in
            #expect(try await recovery.putBack(files: Array(files[2...])).entries == 7..<11)
            #expect(recovery.missing == nil)
        }
        try await restored.open { ledger async throws in
            #expect(ledger.readiness == nil)
            #expect(ledger.head().note == fixture.ledger.head().note)
            #expect(try await checkWhole(ledger, in: fixture.folder) == 11)
        }
    }

    /// A pattern of the shell names what was signed and never submitted, too.
    @Test func aFileThatProvesNothingIsPassedOverAndNamed() async throws {
        let ids = try await register(["after 1", "after 2"])
        var bare = try TransparentStatement(#require(try fixture.ledger.transparent(ids[1])))
        bare.receipts = []
        let names = ["bare.colophon", "none.colophon"]
            .map { fixture.folder.appending(path: $0).path() }
        try Data(bare.encoded()).write(to: URL(filePath: names[0]))
        try Data("no record".utf8).write(to: URL(filePath: names[1]))
        let restored = try Restored(fixture, from: backups)
        let whole = try file(ids[0])
        let report = try await recover(restored) {
            try await $0.putBack(files: [names[0], whole, names[1]])
        }
        #expect(report.entries == 5..<6)
        #expect(report.passedOver.map(\.path) == names)
        #expect(report.passedOver.first?.reason.contains("no receipt of this ledger") == true)
    }

    @Test func anEntryWithoutItsManifestIsPutBackAndSaysSo() async throws {
        let ids = try await register(["after"])
        var bare = try TransparentStatement(#require(try fixture.ledger.transparent(ids[0])))
        bare.manifest = nil
        let path = fixture.folder.appending(path: "bare.colophon").path()
        try Data(bare.encoded()).write(to: URL(filePath: path))
        let restored = try Restored(fixture, from: backups)
        let report = try await recover(restored) { try await $0.putBack(files: [path]) }
        #expect((report.entries, report.withoutManifest) == (5..<6, 1))
        try await restored.open { ledger async throws in
            #expect(ledger.readiness == nil)
            #expect(try ledger.manifest(ids[0]) == .notHere)
            #expect(try await checkWhole(ledger, in: fixture.folder) == 6)
        }
    }

    @Test func erasuresAreAppliedAgain() async throws {
        let early = try #require(
            try fixture.ledger.entries(
                subject: .sha256(Array("before 1".utf8)), after: nil, limit: 1
            ).first)
        let late = try await register(["after"])[0]
        var erasures: [EntryID] = []
        for id in [early.id, late] {
            let statement = try Statement(leaf: #require(try fixture.ledger.statement(id)))
            let manifest = try ErasureManifest(
                entries: [Text("\(id)")], sha256: statement.manifestDigest, reason: "asked for",
                authority: "the creator"
            ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
            guard
                case .registered(let by, _) = try await fixture.register(
                    fixture.control(manifest))
            else { throw FixtureError.unexpected("the erasure was not registered") }
            erasures.append(by)
        }
        _ = try fixture.ledger.export(to: export)
        let restored = try Restored(fixture, from: backups)
        let report = try await recover(restored) { try await $0.putBack(export: export) }
        #expect((report.entries, report.withoutManifest) == (5..<8, 0))
        try await restored.open { ledger async throws in
            #expect(ledger.readiness == nil)
            #expect(try ledger.manifest(early.id) == .erased(by: erasures[0]))
            #expect(try ledger.manifest(late) == .erased(by: erasures[1]))
        }
    }

    // MARK: - What must not come back

    @Test func whatIsAlteredMisplacedOrOfAnotherLogIsRefused() async throws {
        let ids = try await register(["after 1", "after 2"])
        _ = try fixture.ledger.export(to: export)
        let restored = try Restored(fixture, from: backups)
        let other = try LedgerFixture()
        try await other.addPoP()
        for number in 0..<6 { _ = try await other.register(other.capture("other \(number)")) }
        let foreign = fixture.folder.appending(path: "foreign").path()
        _ = try other.ledger.export(to: foreign)
        #expect(
            await refusal(restored) { try await $0.putBack(export: foreign) }.contains("checkpoint")
        )

        // A receipt at another place, under another statement, and without any.
        var file = try TransparentStatement(#require(try fixture.ledger.transparent(ids[0])))
        let second = try TransparentStatement(#require(try fixture.ledger.transparent(ids[1])))
        let path = fixture.folder.appending(path: "wrong.colophon").path()
        for receipts in [second.receipts, []] {
            file.receipts = receipts
            try Data(file.encoded()).write(to: URL(filePath: path))
            let words = await refusal(restored) { try await $0.putBack(files: [path]) }
            #expect(words.contains("wrong.colophon: "), "\(words)")
        }
        // An export in which one bit of an entry is another: its file is found by the tiles.
        let name = "tile/entries/000.p/7"
        let url = URL(filePath: "\(export)/\(name)")
        let whole = try Data(contentsOf: url)
        var bytes = whole
        bytes[bytes.count - 40] ^= 1
        try bytes.write(to: url)
        let words = await refusal(restored) { try await $0.putBack(export: export) }
        #expect(!words.hasPrefix("took ") && words.contains(name), "\(words)")
        try whole.write(to: url)
        try await recover(restored) { #expect($0.missing == 5..<7) }
        // A tile that is damaged keeps no entry back: the root has proven them.
        try Data("torn".utf8).write(to: URL(filePath: "\(export)/tile/0/000.p/7"))
        #expect(await refusal(restored) { try await $0.putBack(export: export) } == "took 5..<7")
    }

    /// Makes another history under the same keys.
    ///
    /// An old copy whose operator said that nothing newer was ever signed, and that signed on. It
    /// must never be mixed with the true one.
    func fork(_ entries: Int) async throws -> (ledger: Ledger, export: String) {
        let data = fixture.folder.appending(path: "fork-\(UUID())").path()
        let options = LedgerOptions(data: data, keys: fixture.options.keys)
        _ = try Ledger.restore(from: backups, to: options)
        let old = try Restored(fixture, from: backups)
        let note = try await old.open { $0.head().note }
        try Recovery(options, makingHighWaterFrom: [(name: "old", note: note)]).close()
        let ledger = try Ledger.open(options, logger: Logger(label: "test"))
        for number in 0..<entries {
            guard
                case .registered? = await ledger.register([
                    try fixture.capture("forked \(number)")
                ]).first
            else { throw FixtureError.unexpected("the fork does not sign") }
        }
        let export = data + ".export"
        _ = try ledger.export(to: export)
        return (ledger, export)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func noForkIsEverSignedOn(entries: Int) async throws {
        try await register(["true 1", "true 2", "true 3"])
        _ = try fixture.ledger.export(to: export)
        let (forked, forkedExport) = try await fork(entries)
        defer { forked.close() }
        let restored = try Restored(fixture, from: backups)
        let words = await refusal(restored) { try await $0.putBack(export: forkedExport) }
        // Shorter than what was signed, it is proven by a head that these keys did sign; it
        // comes in, and can then never have the root that is asked for.
        #expect(words.hasPrefix("took ") == (entries < 3), "\(words)")
        try await restored.open { ledger async throws in
            #expect(ledger.readiness != nil)
            #expect(try await isRefused(ledger, "on the fork"))
            #expect(ledger.head().size == 5)
        }
        let then = await refusal(restored) { try await $0.putBack(export: export) }
        #expect(then.hasPrefix("took 5..<8") == (entries >= 3), "\(then)")
        try await restored.open { ledger async throws in
            #expect((ledger.readiness == nil) == (entries >= 3))
        }
        // With the heads of both, nothing goes on at all.
        if entries == 3 {
            let recovery = try Recovery(restored.options)
            defer { recovery.close() }
            #expect(throws: LedgerError.self) {
                try recovery.remember(forked.head().note, from: "somebody")
            }
        }
    }

    @Test func entriesThatWereNeverLoggedAreNotPutBack() async throws {
        try await register(["true 1", "true 2"])
        let (forked, _) = try await fork(2)
        defer { forked.close() }
        let forkedID = try #require(
            try forked.entries(subject: .sha256(Array("forked 0".utf8)), after: nil, limit: 1)
                .first)
        let restored = try Restored(fixture, from: backups)
        let path = try file(forkedID.id, of: forked)
        // Its receipt is under a head of the size that was signed, with another root.
        #expect(await refusal(restored) { try await $0.putBack(files: [path]) }.contains("fork"))
        try await recover(restored) { #expect($0.missing == 5..<7) }
    }
}
