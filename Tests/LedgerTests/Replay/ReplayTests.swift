import Encoding
import Foundation
import Ledger
import LedgerCheck
import Logging
import Manifests
import Merkle
import Provenance
import Testing
import TestLedger

/// Promise 4: whoever has the tiles comes to every decision of the ledger.
///
/// Random batches are answered by the ledger, and each answer is held to three others that know
/// nothing of how it came about: an auditor who folds the log, the verifier with a trust kit, and
/// `fsck` with signatures.
@Suite(.serialized) struct ReplayTests {
    /// Ledgers that are tried, some seconds in all; `COLOPHON_REPLAY_LEDGERS` tries more.
    private static let ledgers = number("COLOPHON_REPLAY_LEDGERS") ?? 3

    /// Batches for each of them.
    private static let batches = 12

    /// Refused statements of each ledger that the verifier is asked about.
    private static let verified = 16

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// A statement as it was sent, and what it was told.
    private struct Sent {
        let item: [UInt8]
        let answer: Registration

        /// What the ledger's clock said.
        let clock: UInt64

        /// Where it stood, or would have stood; nil where others were on their way too.
        let place: UInt64?
    }

    @Test func everyAnswerIsTheOneThatTheLogItselfGives() async throws {
        let seed = Self.number("COLOPHON_REPLAY_SEED") ?? .random(in: 0...UInt64(UInt32.max))
        print("replay: COLOPHON_REPLAY_SEED=\(seed), \(Self.ledgers) ledgers")
        var counts: [String: Int] = [:]
        for number in 0..<Self.ledgers {
            try await replay(seed: seed &+ number, &counts)
        }
        print("replay: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        // What never happens is not tried.
        for reason in ["registered", "known", "tooLarge", "keyState", "unknownKey", "outOfTurn"] {
            #expect(counts[reason, default: 0] > 0, "no statement was \(reason) (seed \(seed))")
        }
    }

    private func replay(seed: UInt64, _ counts: inout [String: Int]) async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        var maker = try BatchMaker(fixture, seed: seed)
        var sent: [Sent] = []
        for _ in 0..<Self.batches {
            if maker.once(in: 4) {
                sent += try await sendTwo(&maker, fixture)
            } else {
                sent += try await sendOne(&maker, fixture)
            }
            fixture.clock.advance(by: Int64(maker.number(in: -20...60)))
            if maker.once(in: 6) { try fixture.reopen() }
        }
        for one in sent {
            switch one.answer {
            case .registered: counts["registered", default: 0] += 1
            case .known: counts["known", default: 0] += 1
            case .unpublished: Issue.record("no quorum is required")
            case .refused(let refusal, _): counts[refusal.reason.rawValue, default: 0] += 1
            }
        }
        try compare(sent, fixture, "seed \(seed)")
    }

    private func sendOne(
        _ maker: inout BatchMaker, _ fixture: LedgerFixture
    ) async throws -> [Sent] {
        let batch = try maker.batch()
        var place = fixture.ledger.head().size
        let clock = fixture.clock.now
        let chunk = [1, 2, 5, 100][maker.number(in: 0...3)]
        let answers = await fixture.ledger.register(batch, inChunksOf: chunk)
        return zip(batch, answers).map { item, answer in
            let here = place
            if case .registered = answer { place += 1 }
            return Sent(item: item, answer: answer, clock: clock, place: here)
        }
    }

    /// Two clients at once: what each of them is refused was refused at a place that only the
    /// ledger knows.
    private func sendTwo(
        _ maker: inout BatchMaker, _ fixture: LedgerFixture
    ) async throws -> [Sent] {
        let (ledger, clock) = (fixture.ledger, fixture.clock.now)
        let (one, other) = (try maker.batch(), try maker.batch())
        async let first = ledger.register(one, inChunksOf: 3)
        async let second = ledger.register(other, inChunksOf: 4)
        let answers = await first + second
        return zip(one + other, answers).map {
            Sent(item: $0, answer: $1, clock: clock, place: nil)
        }
    }

    // MARK: - The three others

    private func compare(_ sent: [Sent], _ fixture: LedgerFixture, _ seed: String) throws {
        let auditor = try Auditor(fixture.ledger)
        let verifier = try fixture.verifier()
        for one in sent {
            switch one.answer {
            case .registered(let id, _):
                try audit(one, id, auditor, seed)
                try verify(one, id, fixture.ledger, verifier, seed)
            case .known(let id, _):
                #expect(one.answer.index == auditor.index(of: id), "\(seed): \(id)")
            case .unpublished: Issue.record("no quorum is required")
            case .refused(let refusal, _):
                #expect(
                    ![.busy, .storage, .rate].contains(refusal.reason), "\(seed): \(refusal)")
                guard let place = one.place else { continue }
                let agreed = try auditor.refusal(of: one.item, at: place, clock: one.clock)
                #expect(
                    agreed != nil, "\(seed): refused at \(place), where it is right: \(refusal)")
            }
        }
        try verifyRefused(sent, auditor, fixture, seed)
        var options = CheckOptions()
        options.signatures = true
        let report = try fixture.ledger.check(options)
        #expect(report.isClean, "\(seed): \(report.findings)")
        fixture.ledger.close()
        #expect(try Ledger.check(folder: fixture.options, options).isClean, "\(seed)")
    }

    private func audit(
        _ sent: Sent, _ id: EntryID, _ auditor: Auditor, _ seed: String
    ) throws {
        let index = try #require(auditor.index(of: id), "\(seed): \(id) is not in the log")
        #expect(sent.answer.index == index, "\(seed): \(id)")
        if let place = sent.place { #expect(place == index, "\(seed): \(id)") }
        let refusal = try auditor.refusal(of: sent.item, at: index, clock: sent.clock)
        #expect(refusal == nil, "\(seed): entry \(index) was admitted")
    }

    private func verify(
        _ sent: Sent, _ id: EntryID, _ ledger: Ledger, _ verifier: Verifier, _ seed: String
    ) throws {
        var file = try TransparentStatement(#require(try ledger.transparent(id)))
        // What the ledger has forgotten, its sender may have kept.
        if let manifest = try TransparentStatement(sent.item).manifest { file.manifest = manifest }
        let report = verifier.verify(file: file.encoded(), artifact: nil)
        let wrong = report.findings.filter { $0.verdict == .refuted }
        #expect(wrong.isEmpty, "\(seed): entry \(report.index ?? 0): \(wrong)")
        #expect(report.reached == .logged, "\(seed): \(report.findings)")
    }

    /// Had the ledger admitted what it refused, the verifier would say *false*: but for what only
    /// the ledger can see, the clock, a claim that is used twice, and bytes that nobody sent.
    private func verifyRefused(
        _ sent: [Sent], _ auditor: Auditor, _ fixture: LedgerFixture, _ seed: String
    ) throws {
        let unseen: [Refusal.Reason] = [.clock, .conflict, .missingManifest]
        var left = Self.verified
        for one in sent {
            guard left > 0, let place = one.place, let refusal = one.answer.refusal,
                !unseen.contains(refusal.reason),
                var file = try? TransparentStatement(one.item)
            else { continue }
            left -= 1
            let (verifier, receipt) = try auditor.log(
                with: file.statement.leaf, at: place, keys: fixture.options.keys, time: one.clock)
            file.receipts = [receipt]
            let report = verifier.verify(file: file.encoded(), artifact: nil)
            // Of a key that nothing knows the verifier says that, whatever else the ledger has
            // refused first, and believes nothing.
            let isUnknown =
                report.reached == nil
                && report.findings.contains { $0.check == .signature && $0.verdict == .unknown }
            #expect(
                isUnknown || report.findings.contains { $0.verdict == .refuted },
                "\(seed): refused at \(place) (\(refusal)), and not false: \(report.findings)")
        }
    }
}
