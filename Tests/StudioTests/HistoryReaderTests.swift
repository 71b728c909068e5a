import Cards
import Encoding
import HTTPCalls
import Ledger
import LedgerClient
import LogReader
import Manifests
import Merkle
import Provenance
import Studio
import TestLedger
import TestLog
import TestPeer
import TestSupport
import Testing

/// A history is read out of a ledger's lists, or of a log's files, and each step is proven.
@Suite struct HistoryReaderTests {
    /// A ledger in memory: a capture, an edit of it, a copy in a thread of its own with the same
    /// file, a withdrawal by somebody else, and a work that has nothing to do with them.
    private struct Scene {
        var log: MemoryLedger
        let capture: TransparentStatement
        let edit: TransparentStatement
        let copy: TransparentStatement
        let foreign: TransparentStatement

        init() throws {
            log = try MemoryLedger(seed: "histories")
            try log.addPoP()
            let rome = try log.values.ed25519("rome")
            try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
            capture = try Self.work("photo", &log)
            edit = try Self.work("edit", &log, from: [Self.entry(capture)], "edit")
            copy = try Self.work(
                "photo", &log, from: [Self.file("edit")], "issue", thread: "urn:example:copy")
            foreign = try Self.work(
                "x", &log, from: [Self.entry(capture)], "withdraw", by: rome,
                issuer: MemoryLedger.rome)
            _ = try Self.work("other", &log, thread: "urn:example:other")
        }

        static func entry(_ record: TransparentStatement) -> JSON {
            ["entry": .string(Text("\(record.statement.id)")), "relation": "parentOf"]
        }

        static func file(_ name: String) -> JSON {
            let digest = Hash.sha256(Array(name.utf8))
            return ["sha256": .string(Text("\(digest)")), "relation": "parentOf"]
        }

        static func work(
            _ name: String, _ log: inout MemoryLedger, from parents: [JSON] = [],
            _ event: Text = "capture", thread: Text = "urn:example:thread",
            by key: SigningKey? = nil, issuer: Text = MemoryLedger.berlin
        ) throws -> TransparentStatement {
            let members: [(Text, JSON)] =
                [("event", .string(event))]
                + (parents.isEmpty ? [] : [("parents", .array(parents))])
            let manifest = try log.manifest(name, pop: issuer, members)
            let statement = try log.draft(manifest, issuer: issuer, sub: thread)
                .sign(with: key ?? log.pop)
            return try log.log(statement, manifest)
        }

        func history(
            of subject: HistorySubject, _ walk: EntryWalk = EntryWalk()
        ) async throws -> WorkHistory {
            let kit = try log.kit()
            let proven = try await ProvenLog(
                MemoryLog(log), by: .kit(kit, requiringQuorum: false))
            return try await HistoryReader(proven, by: kit, now: MemoryLedger.start, walk)
                .history(of: subject)
        }
    }

    /// Whatever names it: the record, the entry, its place, its file.
    @Test func theWholeLifeOfAWorkIsFoundInTheFilesOfALog() async throws {
        let scene = try Scene()
        let all = [scene.capture, scene.edit, scene.copy, scene.foreign].map(\.statement.id)
        let subjects: [HistorySubject] = [
            .record(scene.capture), .entry(all[0]), .entry(all[1]), .entry(all[2]),
            .index(5), .artifact(.sha256(Array("edit".utf8))),
        ]
        for subject in subjects {
            let history = try await scene.history(of: subject)
            #expect(history.rows.map(\.step.entry) == all, "\(subject)")
            #expect(history.rows.map(\.depth) == [0, 1, 2, 1])
            #expect(!history.isCut)
            for step in history.steps {
                let proof = try #require(step.proof)
                let leaf = scene.log.hashes[Int(proof.inclusion.leafIndex)]
                #expect(proof.leafHash == leaf && proof.root == scene.log.root(scene.log.size))
            }
        }
    }

    @Test func whatSomebodyElseSignedSaysSo() async throws {
        let scene = try Scene()
        let history = try await scene.history(of: .record(scene.capture))
        let words = history.rows[3].lines.map(\.sentence.word)
        #expect(words.contains(.stepOtherSigner) && words.contains(.parentOther))
        #expect(
            history.rows[0].lines.contains { $0.sentence.word == .withdrawnByOther })
    }

    /// A log's files have no receipts: the place that is proven by them decides about a key.
    @Test func aKeyThatWasStolenIsSuspectInTheFilesOfALogToo() async throws {
        var scene = try Scene()
        let key = scene.log.pop.publicKey
        try scene.log.apply(scene.log.adding(key, .revoke, suspectFrom: 5))
        let history = try await scene.history(of: .record(scene.capture))
        #expect(history.steps[0].signer == .verified(MemoryLedger.berlin))
        let suspects = history.steps.filter { step in
            if case .suspect(MemoryLedger.berlin, _) = step.signer { true } else { false }
        }
        #expect(suspects.compactMap(\.index) == [5, 6])
    }

    /// A kit that is older than the log does not know what became of a key since.
    @Test func aKitThatIsOlderThanTheLogIsNoProofOfItsKeys() async throws {
        var scene = try Scene()
        let old = try scene.log.kit()
        let late = try Scene.work("late", &scene.log, from: [Scene.entry(scene.capture)], "edit")
        let proven = try await ProvenLog(
            MemoryLog(scene.log), by: .kit(old, requiringQuorum: false))
        let history = try await HistoryReader(proven, by: old, now: MemoryLedger.start)
            .history(of: .record(scene.capture))
        #expect(history.judgedAt == old.size)
        let step = try #require(history.steps.first { $0.entry == late.statement.id })
        #expect(step.signer == .withKeyOf(MemoryLedger.berlin, .olderKit(old.size)))
        #expect(history.steps[0].signer == .verified(MemoryLedger.berlin))
    }

    @Test func aParentThatTheLogLacksSaysSo() async throws {
        var scene = try Scene()
        var elsewhere = try MemoryLedger(seed: "elsewhere")
        try elsewhere.addPoP()
        let lost = try Scene.work("lost", &elsewhere)
        let edit = try Scene.work(
            "e", &scene.log, from: [Scene.entry(lost), Scene.file("nobody's")], "edit",
            thread: "urn:example:e")
        let history = try await scene.history(of: .record(edit))
        #expect(history.steps.count == 1)
        #expect(history.steps[0].parents.map(\.finding) == [.notInLog, .notInLog])
        // What was never registered is told by its record.
        let unregistered = try await scene.history(of: .record(lost))
        #expect(unregistered.steps.first { $0.entry == lost.statement.id }?.place == .notInLedger)
        await #expect(throws: ProvingError.self) {
            try await scene.history(of: .entry(lost.statement.id))
        }
    }

    /// What lies before the part that was read is not known to be absent.
    @Test func aWalkThatEndsEarlyIsNoAbsence() async throws {
        let scene = try Scene()
        do {
            _ = try await scene.history(of: .entry(scene.edit.statement.id), EntryWalk(limit: 4))
            Issue.record("its parent lies before what was read")
        } catch ProvingError.beyond {}
        let copy = try await scene.history(
            of: .entry(scene.copy.statement.id), EntryWalk(limit: 3))
        #expect(copy.steps.first { $0.entry == copy.asked }?.parents[0].finding == .beyondLimit)
    }

    /// Somebody else's works are steps, and lead to no more of theirs.
    @Test func whatOthersRegisteredAboutAFileLeadsNowhere() async throws {
        var scene = try Scene()
        let rome = try scene.log.values.ed25519("rome")
        var last = scene.foreign
        for number in 0..<20 {
            last = try Scene.work(
                number == 0 ? "photo" : "theirs \(number)", &scene.log,
                from: [Scene.entry(last)], "edit",
                thread: "urn:rome:thread", by: rome, issuer: MemoryLedger.rome)
        }
        let history = try await scene.history(of: .record(scene.capture))
        #expect(history.steps.count == 5)
    }

    /// Whoever has a key can register as much as he likes in anybody's thread.
    @Test func aFloodOfOthersLeavesRoomForWhatAWorkWasMadeFrom() async throws {
        var scene = try Scene()
        let rome = try scene.log.values.ed25519("rome")
        let origin = try Scene.work("origin", &scene.log, thread: "urn:example:origin")
        let work = try Scene.work(
            "work", &scene.log, from: [Scene.entry(origin)], "edit", thread: "urn:example:flood")
        for number in 0..<(HistoryLimit.steps + 10) {
            _ = try Scene.work(
                "flood \(number)", &scene.log, thread: "urn:example:flood", by: rome,
                issuer: MemoryLedger.rome)
        }
        let history = try await scene.history(of: .record(work))
        #expect(history.isCut)
        #expect(history.steps.contains { $0.entry == origin.statement.id })
        #expect(history.steps.count == HistoryLimit.strangers + 2)
    }

    @Test func aHistoryEndsAtItsLimitAndSaysSo() async throws {
        var scene = try Scene()
        var last = scene.capture
        for number in 0..<(HistoryLimit.steps + 10) {
            last = try Scene.work(
                "n \(number)", &scene.log, from: [Scene.entry(last)], "edit")
        }
        let history = try await scene.history(of: .record(scene.capture))
        #expect(history.steps.count == HistoryLimit.steps && history.isCut)
    }

    // MARK: - A ledger

    @Test func aLedgerIsAskedByItsListsAndEachAnswerIsProven() async throws {
        try await StubLedger.run { request, fixture in
            ListedLedger.answer(request, fixture.ledger)
        } _: { stub in
            let first = try await register("photo", stub.fixture)
            let edit = try await register(
                "edit", stub.fixture, from: Scene.entry(first), "edit", thread: "urn:x:edit")
            let history = try await history(of: .record(edit), stub)
            let ids = [first, edit].map(\.statement.id)
            #expect(history.rows.map(\.step.entry) == ids)
            #expect(history.rows.map(\.depth) == [0, 1])
            #expect(history.steps.allSatisfy { $0.proof != nil })
            #expect(
                history.steps.allSatisfy { $0.signer == .verified(LedgerFixture.berlin) })
            // No list leads from a work to what was made from it in another thread.
            #expect(try await self.history(of: .entry(ids[0]), stub).steps.count == 1)
        }
    }

    /// A key may have been revoked since the kit was made: the ledger is asked for a newer one.
    ///
    /// A withdrawal is a warning without it, too.
    @Test func aLedgerIsAskedWhatBecameOfTheKeysSince() async throws {
        try await StubLedger.run { request, fixture in
            ListedLedger.answer(request, fixture.ledger)
        } _: { stub in
            let first = try await register("photo", stub.fixture)
            let files = try stub.fixture.ledger.trustKit()
            let kit = try TrustKit(files)
            let late = try await register(
                "late", stub.fixture, from: Scene.entry(first), "withdraw", thread: "urn:x:photo")
            for isRenewed in [true, false] {
                let history = try await stub.with { client in
                    let log = try await ProvenLog(
                        LogService(client.caller), by: .kit(kit, requiringQuorum: true),
                        asking: client)
                    return try await HistoryReader(
                        log, by: kit, renewing: isRenewed ? files : nil
                    ).history(of: .record(first))
                }
                let step = try #require(history.steps.first { $0.entry == late.statement.id })
                let older = HistoryStep.Signer.withKeyOf(
                    LedgerFixture.berlin, .olderKit(kit.size))
                #expect(step.signer == (isRenewed ? .verified(LedgerFixture.berlin) : older))
                #expect(history.judgedAt == (isRenewed ? nil : kit.size))
                #expect(
                    history.rows[0].lines.contains { $0.sentence.word == .withdrawnBy })
            }
        }
    }

    /// A false answer is an error that says whose it is, and no step.
    @Test func anotherRecordThanTheOneAskedForIsAnError() async throws {
        let replaced = ProvingLedger.Replaced()
        try await StubLedger.run { request, fixture in
            replaced.answer(to: request) ?? ListedLedger.answer(request, fixture.ledger)
        } _: { stub in
            let one = try await register("one", stub.fixture)
            let two = try await register("two", stub.fixture)
            let path = "/entries/\(one.statement.id)/transparent"
            let record = try #require(try stub.fixture.ledger.transparent(two.statement.id))
            replaced.set(path, .whole(200, [:], record))
            do {
                _ = try await history(of: .entry(one.statement.id), stub)
                Issue.record("it was taken")
            } catch ProvingError.wrong(let what, _) {
                #expect(what.contains("\(one.statement.id)"))
            }
        }
    }

    private func register(
        _ name: String, _ fixture: LedgerFixture, from parent: JSON? = nil,
        _ event: Text = "capture", thread: Text? = nil
    ) async throws -> TransparentStatement {
        let fresh = Freshness(
            issuedAt: fixture.clock.now, claimID: .random(Limits.nonceBytes))
        var predicate: JSON.Object = [
            "event": .string(event), "creator": ["name": "Ana Example"],
            "pop": .string(LedgerFixture.berlin),
            "record": ["lang": "en", "title": .string(Text("Work \(name)"))],
        ]
        predicate["parents"] = parent.map { .array([$0]) }
        let subject = Subject(
            name: Text(name), digest: .sha256(Array(name.utf8)), mediaType: "image/jpeg")
        let manifest = try Manifest.provenance(of: [subject], predicate, nonce: fresh.nonce)
        let signed = try Signer(issuer: LedgerFixture.berlin, key: fixture.pop, audience: nil)
            .sign(manifest, thread: thread ?? Text("urn:x:\(name)"), fresh)
        _ = try await fixture.register(signed.bytes)
        return try TransparentStatement(signed.bytes)
    }

    private func history(
        of subject: HistorySubject, _ stub: StubLedger
    ) async throws -> WorkHistory {
        let kit = try TrustKit(stub.fixture.ledger.trustKit())
        return try await stub.with { client in
            let log = try await ProvenLog(
                LogService(client.caller), by: .kit(kit, requiringQuorum: true), asking: client)
            return try await HistoryReader(log, by: kit).history(of: subject)
        }
    }
}
