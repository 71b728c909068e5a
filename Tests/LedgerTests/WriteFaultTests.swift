import Encoding
import Foundation
import Ledger
import LedgerStore
import Logging
import Manifests
import Merkle
import Provenance
import Synchronization
import Testing
import TestLedger
import TestSupport

/// Each write of the path fails once, in both variants: lost, and on the disk all the same.
///
/// Afterwards nothing that was answered is lost, and nothing that was signed is contradicted.
@Suite(.serialized) struct WriteFaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let step: WriteStep
        let fault: WriteFault

        var testDescription: String { "\(step) \(fault)" }

        /// Upkeep's and the eraser's writes come when they come, a migration's end only once, and
        /// lists and snapshots only with an index: their own suites fail them.
        private static let others: Set<WriteStep> = [
            .prune, .erasure, .evidence, .anchor, .drop, .lists, .snapshot, .snapshotDigest,
            .snapshotName,
        ]

        static let all = WriteStep.allCases.filter { !others.contains($0) }.flatMap { step in
            WriteFault.allCases.map { Case(step: step, fault: $0) }
        }
    }

    /// The indexer's writes come behind the sequencer.
    private static let behind: Set<WriteStep> = [.table, .ingest, .cursor]

    /// What clients hold: answers and heads.
    private struct Held {
        var answers: [(bytes: [UInt8], id: EntryID, index: UInt64)] = []
        var heads: [Head] = []
    }

    @Test(arguments: Case.all)
    func afterAWriteThatFailedNothingIsLostOrForked(failing: Case) async throws {
        let hook = OneFault()
        let fixture = try LedgerFixture(
            faultHook: hook.callAsFunction, configure: { $0.indexInterval = .zero })
        try await fixture.addPoP()
        var held = Held()
        for number in 0..<5 {
            try await register(fixture.capture("before-\(number)"), fixture, &held)
        }
        hook.arm(failing)
        let bytes = try fixture.capture("unlucky")
        if Self.behind.contains(failing.step) {
            // It may strike the rows of the entries before, and stop this one's batch.
            try await register(bytes, fixture, &held)
        } else {
            guard case .refused(let refusal, _) = try await fixture.register(bytes) else {
                Issue.record("it was answered although the write of \(failing.step) failed")
                return
            }
            #expect(refusal.reason == .storage)
            // A second later it has opened its store again, and shows the batch where it is there.
            let isThere = failing.step != .batch || failing.fault == .persisted
            let size = try #require(held.heads.last).size
            let shown = fixture.ledger.head().size
            #expect(shown == size || (isThere && shown == size + 1))
        }
        try await recover(fixture, hook)
        try await register(bytes, fixture, &held)
        try await register(fixture.capture("after"), fixture, &held)
        // Two genesis entries, the PoP's key, five before, the unlucky one, one after.
        #expect(fixture.ledger.head().size == 10)
        try await check(held, fixture)
        try fixture.reopen()
        #expect(fixture.ledger.readiness == nil)
        try await check(held, fixture)
        for (bytes, id, _) in held.answers {
            guard case .known(id, _) = try await fixture.register(bytes) else {
                Issue.record("\(id) is not known any more")
                continue
            }
        }
    }

    /// A crash right after the failed write: what a new start finds must be as good.
    @Test(arguments: Case.all)
    func aStartAfterAWriteThatFailedFindsAllThatWasAnswered(failing: Case) async throws {
        let hook = OneFault()
        let fixture = try LedgerFixture(
            faultHook: hook.callAsFunction, configure: { $0.indexInterval = .zero })
        try await fixture.addPoP()
        var held = Held()
        try await register(fixture.capture("before"), fixture, &held)
        hook.arm(failing)
        let bytes = try fixture.capture("unlucky")
        if Self.behind.contains(failing.step) {
            try await register(bytes, fixture, &held)
        } else {
            _ = try await fixture.register(bytes)
        }
        try fixture.reopen()
        // Keys are written behind the sequencer: their write may fail only now, and once.
        try await eventually("it writes") { fixture.ledger.readiness == nil }
        try await check(held, fixture)
        try await register(bytes, fixture, &held)
        #expect(fixture.ledger.head().size == 5)
        try await check(held, fixture)
    }

    /// Whoever asks `/readyz` before it sends anything would wait for ever otherwise.
    @Test func writingIsTriedAgainAlthoughNobodyAsksFor() async throws {
        let hook = OneFault()
        let fixture = try LedgerFixture(faultHook: hook.callAsFunction)
        try await fixture.addPoP()
        hook.arm(Case(step: .batch, fault: .lost))
        let answer = try await fixture.register(fixture.capture("unlucky"))
        guard case .refused(let refusal, _) = answer else {
            Issue.record("it was answered although the write of the batch failed")
            return
        }
        #expect(refusal.reason == .storage)
        try await eventually("it writes again") { fixture.ledger.readiness == nil }
    }

    /// The folder is gone for a while, so that opening the store again fails, too: then it is
    /// closed, every request fails before it comes to the sequencer, and still it comes back.
    @Test func aStoreThatCannotBeOpenedAgainIsTriedUntilItCan() async throws {
        let hook = OneFault()
        let fixture = try LedgerFixture(faultHook: hook.callAsFunction)
        try await fixture.addPoP()
        var held = Held()
        try await register(fixture.capture("before"), fixture, &held)
        let (data, away) = (fixture.options.data, fixture.options.data + ".away")
        hook.arm(Case(step: .batch, fault: .lost))
        try FileManager.default.moveItem(atPath: data, toPath: away)
        _ = try await fixture.register(fixture.capture("unlucky"))
        try await eventually("the store is closed, and stays so") {
            let answer = try await fixture.register(fixture.capture("late"))
            guard case .refused(let refusal, _) = answer else {
                throw FixtureError.unexpected("it was answered without a store")
            }
            return refusal.rule.contains("writing has stopped")
        }
        // RocksDB makes the folder for its own log before it sees that there is no store, and
        // may do so again in between.
        var isBack = false
        for _ in 0..<50 where !isBack {
            try? FileManager.default.removeItem(atPath: data)
            isBack = (try? FileManager.default.moveItem(atPath: away, toPath: data)) != nil
        }
        try #require(isBack)
        try await recover(fixture, hook)
        try await register(fixture.capture("after"), fixture, &held)
        try await check(held, fixture)
    }

    /// Waits until the fault has struck and writing goes on.
    private func recover(_ fixture: LedgerFixture, _ hook: OneFault) async throws {
        try await eventually("the fault has struck and writing goes on") {
            hook.hasStruck && fixture.ledger.readiness == nil
        }
    }

    private func register(
        _ bytes: [UInt8], _ fixture: LedgerFixture, _ held: inout Held
    ) async throws {
        // A write of the indexer that fails stops the next batch, which then recovers.
        let answer = try await eventually("it is registered") {
            let answer = try await fixture.register(bytes)
            // Its batch may be on the disk already, with a head that is not signed yet.
            guard case .refused(let refusal, _) = answer,
                refusal.reason == .storage || refusal.reason == .busy
            else { return answer }
            return nil
        }
        try remember(answer, bytes, fixture, &held)
    }

    private func remember(
        _ answer: Registration, _ bytes: [UInt8], _ fixture: LedgerFixture, _ held: inout Held
    ) throws {
        switch answer {
        case .registered(let id, let receipt), .known(let id, let receipt):
            guard case .inclusion(let proof) = try Receipt(receipt).proof else {
                throw FixtureError.unexpected("a receipt without an inclusion proof")
            }
            if let before = held.answers.first(where: { $0.id == id }) {
                #expect(before.index == proof.leafIndex)
            }
            #expect(!held.answers.contains { $0.id != id && $0.index == proof.leafIndex })
            held.answers.append((bytes, id, proof.leafIndex))
            held.heads.append(fixture.ledger.head())
        case .unpublished: throw FixtureError.unexpected("no quorum is required")
        case .refused(let refusal, _):
            throw FixtureError.unexpected("\(refusal)")
        }
    }

    /// Every answer has a receipt that verifies, at its index; every head is extended.
    private func check(_ held: Held, _ fixture: LedgerFixture) async throws {
        let verifier = try await reading(fixture.ledger) { _ in try fixture.verifier() }
        let newest = fixture.ledger.head()
        for (bytes, id, index) in held.answers {
            var file = try TransparentStatement(bytes)
            let receipt = try await reading(fixture.ledger) { ledger in
                try ledger.receipt(id)
            }
            file.receipts = [try #require(receipt)]
            let report = verifier.verify(file: file.encoded(), artifact: nil, recordOnly: true)
            #expect(report.ok, "\(report.findings)")
            #expect(report.index == index)
        }
        let listed = try await reading(fixture.ledger) { ledger in
            try ledger.thread(.issuer, LedgerFixture.berlin, after: nil, limit: 100)
        }
        for (_, id, index) in held.answers {
            #expect(listed.filter { $0.index == index && $0.id == id }.count == 1)
        }
        for head in held.heads {
            let path = try await reading(fixture.ledger) { ledger in
                try ledger.consistency(from: head.size, to: newest.size)
            }
            try ConsistencyProof(oldSize: head.size, newSize: newest.size, path: path)
                .verify(old: head.root, new: newest.root)
        }
    }
}
