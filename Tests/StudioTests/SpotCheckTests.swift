import Encoding
import Foundation
import IndexMap
import LedgerClient
import Merkle
import Provenance
import Studio
import Synchronization
import TestLog
import TestPeer
import TestSupport
import Testing

/// Entries that are taken by chance are listed under each of their names, or convict the ledger.
@Suite struct SpotCheckTests {
    private func look(
        at count: Int, in ledger: IndexedLedger, requiring level: Level? = nil
    ) async throws -> (outcome: SpotCheck.Outcome, asked: Int) {
        try await ledger.proven { log, kit, server in
            var random = SystemRandomNumberGenerator()
            let outcome = try await SpotCheck(
                log, by: kit, requiring: level, now: MemoryLedger.start + 100_000
            ).look(at: count, using: &random, onStep: { _, _ in })
            return (outcome, server.requests.filter { $0.path.hasPrefix("/complete") }.count)
        }
    }

    private func result(
        _ outcome: SpotCheck.Outcome
    ) throws -> SpotCheck.Result {
        guard case .looked(let result) = outcome else {
            throw FixtureFault("entries were looked at, and not \(outcome)")
        }
        return result
    }

    /// A ledger with so many works in one thread, and one work in another thread.
    private func ledger(of count: Int, leavingOut index: UInt64? = nil) throws -> IndexedLedger {
        let ledger = try IndexedLedger()
        ledger.leaveOut(index)
        try ledger.add((0..<count).map { "work \($0)" }, thread: "urn:example:long")
        try ledger.add(["other"])
        try ledger.addHead()
        return ledger
    }

    @Test func eachEntryIsAskedAboutUnderEachOfItsNames() async throws {
        // Three control statements with two names each; works have three.
        let ledger = try ledger(of: 4)
        let all = try result(try await look(at: 100, in: ledger).outcome)
        #expect(all.size == 8 && all.entries == 8 && all.names == 3 * 2 + 5 * 3)
        #expect(all.leftOut == nil)
        let some = try result(try await look(at: 5, in: ledger).outcome)
        #expect(some.size == 8 && some.entries == 5 && (10...15).contains(some.names))
    }

    /// A head that is older than the checkpoint covers what it covers, and no more.
    @Test func whatIsNotCoveredIsCountedToTheNewestHead() async throws {
        let ledger = try ledger(of: 2)
        ledger.freezeProofs()
        try ledger.add(["later", "last"])
        let seen = try result(try await look(at: 3, in: ledger).outcome)
        #expect(seen.size == 6 && seen.head.notCovered == 3)
    }

    /// An index head is an entry that has no names.
    @Test func anIndexHeadHasNoNames() async throws {
        let ledger = try ledger(of: 1)
        try ledger.add(["later"])
        try ledger.addHead()
        let all = try result(try await look(at: 100, in: ledger).outcome)
        #expect(all.entries == 7 && all.names == 3 * 2 + 3 * 3)
    }

    @Test func anEntryThatIsLeftOutConvictsTheLedger() async throws {
        let ledger = try ledger(of: 4, leavingOut: 5)
        let seen = try result(try await look(at: 100, in: ledger).outcome)
        guard case .convicts(let omission)? = seen.leftOut,
            case .omission(entry: 5, _) = omission.conviction.kind
        else {
            Issue.record("\(String(describing: seen.leftOut))")
            return
        }
        let folder = try TemporaryFolder()
        _ = try omission.keep(in: OmissionFolder(folder.path))
        #expect(omission.fileName.hasPrefix("omission-5-"))
        #expect(omission.fileName.hasSuffix(".misbehaviour"))
        let evidence = try IndexEvidence(folder.bytes(omission.fileName))
        #expect(throws: Never.self) {
            try IndexJudge(ledger.kit()).convict(evidence, evidence)
        }
    }

    /// What the ledger gives of an entry that is left out, and what is said of that.
    @Test(arguments: [404, 202, 403])
    func aReceiptThatIsKeptBackIsSaidAndTheProofIsKept(status: Int) async throws {
        let ledger = try ledger(of: 4, leavingOut: 5)
        ledger.withholdReceipts(by: status)
        let seen = try result(try await look(at: 100, in: ledger).outcome)
        guard case .withheld(let withheld)? = seen.leftOut else {
            Issue.record("\(String(describing: seen.leftOut))")
            return
        }
        #expect(withheld.index == 5)
        let isSo =
            switch withheld.reason {
            case .noReceipt: status == 404
            case .receiptFollows: status == 202
            case .failed: status == 403
            case .notUsable: false
            }
        #expect(isSo, "\(status): \(withheld.reason)")
        // Whoever has the receipt convicts the ledger by what is kept.
        let folder = try TemporaryFolder()
        let path = folder.path(withheld.fileName)
        for _ in 1...2 {
            #expect(try withheld.keep(in: OmissionFolder(folder.path)) == .kept(path))
        }
        #expect(try folder.names() == [withheld.fileName])
        #expect(withheld.fileName.hasPrefix("omission-5-"))
        #expect(withheld.fileName.hasSuffix(".complete"))
        let kept = try folder.bytes(withheld.fileName)
        let record = try ledger.record(5).encoded()
        #expect(OmissionEvidence(record, leftOutOf: kept, by: try ledger.kit()) != nil)
    }

    /// A ledger that is caught may answer nothing else: what was found stays found.
    @Test(arguments: [404, 403, 503])
    func whatFailsBesideAnEntryThatIsLeftOutHidesNothing(status: Int) async throws {
        let ledger = try ledger(of: 4, leavingOut: 5)
        ledger.refuse(.work("work 0"), by: status)
        let seen = try result(try await look(at: 100, in: ledger).outcome)
        guard case .convicts(let omission)? = seen.leftOut,
            case .omission(entry: 5, _) = omission.conviction.kind
        else {
            Issue.record("\(String(describing: seen.leftOut))")
            return
        }
    }

    /// A list of which one question shows a part is halved.
    @Test(arguments: [nil, 3, 4, 150, 301, 302] as [UInt64?])
    func aPlaceInALongListIsFound(leftOut: UInt64?) async throws {
        let ledger = try ledger(of: 300, leavingOut: leftOut)
        let (outcome, asked) = try await look(at: 24, in: ledger)
        guard let leftOut else {
            let seen = try result(outcome)
            #expect(seen.entries == 24 && seen.leftOut == nil)
            // The thread and the issuer of each have a list of 300: the first page, and the rest.
            #expect(asked <= 1 + 24 * (1 + 2 * 2), "\(asked)")
            return
        }
        // Chance hardly meets it: all are looked at where it is to be found for sure.
        let seen = try result(try await look(at: 304, in: ledger).outcome)
        guard case .convicts(let omission)? = seen.leftOut,
            case .omission(entry: leftOut, _) = omission.conviction.kind
        else {
            Issue.record("\(String(describing: seen.leftOut))")
            return
        }
    }

    @Test func aLevelThatIsNotReachedProvesNothing() async throws {
        let (outcome, _) = try await look(at: 3, in: ledger(of: 2), requiring: .witnessed)
        guard case .below(.logged) = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func aLedgerWithoutAnIndexSaysSo() async throws {
        guard case .noIndex(hasHeads: false) = try await look(at: 3, in: IndexedLedger()).outcome
        else {
            Issue.record("there is no index")
            return
        }
        let ledger = try ledger(of: 2)
        ledger.giveNoProofs()
        guard case .noIndex(hasHeads: true) = try await look(at: 3, in: ledger).outcome else {
            Issue.record("there are index heads, and no proofs")
            return
        }
    }

    /// An index head that is older than one before proves nothing of what that one covered.
    @Test func aHeadThatGoesBackIsRefused() async throws {
        let ledger = try ledger(of: 2)
        try ledger.add(["later"])
        try ledger.addHead()
        ledger.goBack()
        let error = await #expect(throws: ProvingError.self) {
            try await look(at: 100, in: ledger)
        }
        guard case .wrong("its index head", let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason == "covers 6 entries, and one before covered 8")
    }
}
