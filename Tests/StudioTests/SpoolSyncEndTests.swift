import Encoding
import Files
import HTTPCalls
import Keys
import Ledger
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// What a sync does with records that get no receipt: refused, lied about, held back, waiting.
@Suite struct SpoolSyncEndTests {
    private static func sync(
        _ spool: FilledSpool, with ledger: StubLedger, kit: TrustKit? = nil,
        gate: (any RecordGate)? = nil, following: Bool = false,
        onEvent: @escaping @Sendable (SyncEvent) -> Void = { _ in },
        newKit: @escaping @Sendable () -> TrustKit? = { nil },
        wait: @escaping @Sendable (Int, Duration?) -> Duration = { _, _ in .zero }
    ) async throws -> SyncEnd {
        try await ledger.with { client in
            await SpoolSync(
                of: spool.spool, client: client, kit: kit, newKit: newKit, wait: wait,
                gate: gate.map { gate in { @Sendable _ in gate } }, onEvent: onEvent
            ).run(following: following)
        }
    }

    private static func trouble(_ spool: FilledSpool) throws -> String? {
        try SpoolTrouble.last(in: spool.spool)?.words
    }

    // MARK: - Refusals

    /// A key that is not there yet: its administrator adds it later.
    @Test func whatWasRefusedGoesAgainOnceItsReasonIsGone() async throws {
        try await StubLedger.run { ledger in
            let key = KeyFile.generate(.ed25519)
            let spool = try FilledSpool(["a", "b"], by: key)
            let refused = try await Self.sync(spool, with: ledger)
            #expect(refused.sum.refused == 2 && refused.sum.waiting == 0)
            #expect(try spool.works(.refused) == ["a", "b"])
            for record in try spool.spool.records(in: .refused) {
                let reason = try #require(try spool.spool.reason(of: record))
                #expect(reason.contains(Refusal.unregisteredKey.description), "\(reason)")
            }
            // Nothing is left to do, and nobody is asked.
            #expect(try await Self.sync(spool, with: ledger).sum.requests == 0)
            try await ledger.fixture.addPoP(key.publicKey)
            #expect(try spool.spool.retryRefused() == 2)
            #expect(try spool.works(.pending) == ["a", "b"])
            let end = try await Self.sync(spool, with: ledger)
            #expect(end.sum.registered == 2)
            #expect(try spool.spool.folder(.refused).names().isEmpty)
        }
    }

    /// Another ledger answers at the address, and refuses everything.
    @Test(arguments: [true, false])
    func aRefusalCountsOnlyWhereTheSpoolsLedgerAnswers(isOwn: Bool) async throws {
        try await StubLedger.run { ledger in
            let origin: Text = isOwn ? Text(LedgerFixture.origin) : "other.example/x"
            let spool = try FilledSpool(
                ["a", "b"], by: KeyFile.generate(.ed25519), origin: origin)
            let end = try await Self.sync(spool, with: ledger)
            #expect(end.sum.refused == (isOwn ? 2 : 0))
            #expect(try spool.works(.submitted) == (isOwn ? [] : ["a", "b"]))
            #expect((end.failure == nil) == isOwn)
        }
    }

    /// A ledger has got a new key, and `trust update` has brought it.
    @Test func aKitThatIsNewerIsTakenByASyncThatFollows() async throws {
        let other = try LedgerFixture()
        let old = try TrustKit(other.ledger.trustKit())
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let own = try TrustKit(ledger.fixture.ledger.trustKit())
            let newer = Mutex<TrustKit?>(nil)
            let isUnproven = Mutex(false)
            let work = Task {
                try await Self.sync(
                    spool, with: ledger, kit: old, following: true,
                    onEvent: { event in
                        if case .unproven = event { isUnproven.withLock { $0 = true } }
                    }, newKit: { newer.withLock { $0.take() } })
            }
            try await eventually("the receipt is not proven") { isUnproven.withLock { $0 } }
            newer.withLock { $0 = own }
            // What is signed next begins the next pass.
            try spool.seal("b")
            try await eventually("both are registered") {
                try spool.works(.registered) == ["a", "b"]
            }
            work.cancel()
            _ = try await work.value
        }
    }

    @Test func aRefusalBetweenOthersHoldsUpNoneOfThem() async throws {
        let refused = Mutex<[UInt8]?>(nil)
        try await StubLedger.run { request, fixture in
            guard let id = refused.withLock({ $0 }) else { return nil }
            let isGzip = request.fields["content-encoding"] == "gzip"
            guard let items = try? StubLedger.items(of: request.body, isGzip: isGzip) else {
                return nil
            }
            var answers: [UInt8] = []
            for item in items {
                if let entry = try? TransparentStatement(item).statement.id,
                    entry.hash.bytes == id
                {
                    answers += CBOR.array([
                        .unsigned(409), .bytes(id), .map(CBORMap([(-2, .text("cti: is taken"))])),
                    ]).encoded()
                } else {
                    answers += await StubLedger.answer(to: item, fixture.ledger).encoded()
                }
            }
            return .whole(200, [:], answers)
        } _: { ledger in
            let spool = try FilledSpool(["a", "b", "c"], by: ledger.fixture.pop)
            let middle = try spool.contents(.pending)[1].id.hash.bytes
            refused.withLock { $0 = middle }
            let end = try await Self.sync(spool, with: ledger)
            #expect(end.sum.registered == 2 && end.sum.refused == 1 && end.failure == nil)
            #expect(try spool.works(.registered) == ["a", "c"])
            #expect(try spool.works(.refused) == ["b"])
        }
    }

    // MARK: - Lies

    /// It says that it has a record, and shows the receipt of another.
    @Test func aReceiptOfAnotherEntryLeavesTheRecordAndTheRestGoesOn() async throws {
        let lies = Mutex(true)
        try await StubLedger.run { request, fixture in
            guard lies.withLock({ $0 }), request.path == "/batch",
                let items = try? StubLedger.items(of: request.body, isGzip: false)
            else { return nil }
            var answers: [UInt8] = []
            var first: CBOR?
            for item in items {
                var answer = await StubLedger.answer(to: item, fixture.ledger)
                if let parts = answer.arrayValue, parts.count == 3 {
                    // Each shows the receipt of the first.
                    first = first ?? parts[2]
                    answer = .array([parts[0], parts[1], first ?? .null])
                }
                answers += answer.encoded()
            }
            return .whole(200, [:], answers)
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let bytes = try spool.contents(.pending).map(\.bytes)
            let unproven = Mutex<[ReceiptError]>([])
            let end = try await Self.sync(spool, with: ledger) { event in
                guard case .unproven(_, let error) = event else { return }
                unproven.withLock { $0.append(error) }
            }
            #expect(unproven.withLock { $0 } == [.wrongProof])
            #expect(end.sum.registered == 1 && end.sum.unproven == 1 && end.sum.waiting == 1)
            #expect(end.failure == nil)
            #expect(try spool.contents(.submitted).map(\.bytes) == [bytes[1]])
            #expect(try Self.trouble(spool)?.contains("proves nothing") == true)
            lies.withLock { $0 = false }
            #expect(try await Self.sync(spool, with: ledger).sum.registered == 1)
            #expect(try Self.trouble(spool) == nil)
        }
    }

    @Test func aReceiptThatTheKitDoesNotProveLeavesTheRecordWhereItIs() async throws {
        let other = try LedgerFixture()
        let kit = try TrustKit(other.ledger.trustKit())
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let end = try await Self.sync(spool, with: ledger, kit: kit)
            #expect(end.sum.registered == 0 && end.sum.unproven == 1)
            #expect(try spool.works(.submitted) == ["a"])
            #expect(try spool.contents(.submitted)[0].content.receipts.isEmpty)
            let own = try TrustKit(ledger.fixture.ledger.trustKit())
            #expect(try await Self.sync(spool, with: ledger, kit: own).sum.registered == 1)
        }
    }

    @Test func aReceiptOfAnotherLedgerThanTheSpoolsIsNotTaken() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop, origin: "other.example/x")
            let errors = Mutex<[ReceiptError]>([])
            let end = try await Self.sync(spool, with: ledger) { event in
                guard case .unproven(_, let error) = event else { return }
                errors.withLock { $0.append(error) }
            }
            #expect(end.sum.registered == 0)
            #expect(
                errors.withLock { $0 } == [
                    .otherOrigin(Text(LedgerFixture.origin), "other.example/x")
                ])
        }
    }

    /// It answers each question by the name of another entry.
    @Test func anAnswerAboutAnotherEntryIsNoAnswer() async throws {
        let lies = Mutex(false)
        try await StubLedger.run { request, fixture in
            guard lies.withLock({ $0 }), request.path == "/batch" else { return nil }
            let name = [UInt8](repeating: 7, count: 32)
            return .whole(
                200, [:],
                CBOR.array([.unsigned(404), .bytes(name), .map(CBORMap([]))]).encoded())
        } _: { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            lies.withLock { $0 = true }
            let end = try await Self.sync(spool, with: ledger)
            guard case .unexpected? = end.failure else {
                Issue.record("\(end)")
                return
            }
            lies.withLock { $0 = false }
            #expect(try await Self.sync(spool, with: ledger).sum.registered == 1)
        }
    }

    // MARK: - Waiting

    @Test func aReceiptThatFollowsIsAskedForAndTheRecordIsNotSentAgain() async throws {
        let rounds = Mutex(0)
        try await StubLedger.run { request, fixture in
            let round = rounds.withLock {
                $0 += 1; return $0
            }
            guard round <= 2 else { return nil }
            guard let items = try? StubLedger.items(of: request.body, isGzip: false) else {
                return nil
            }
            var answers: [UInt8] = []
            for item in items {
                guard let parts = await StubLedger.answer(to: item, fixture.ledger).arrayValue
                else { return nil }
                answers += CBOR.array([.unsigned(202), parts[1], .null]).encoded()
            }
            return .whole(200, [:], answers)
        } _: { ledger in
            let spool = try FilledSpool(["a", "b"], by: ledger.fixture.pop)
            let end = try await Self.sync(spool, with: ledger)
            #expect(end.sum.registered == 2 && end.sum.sent == 2 && end.sum.asked == 4)
        }
    }

    @Test func theWaitThatALedgerAsksForIsKept() async throws {
        let isFirst = Mutex(true)
        try await StubLedger.run { _, _ in
            isFirst.withLock({ isFirst in
                defer { isFirst = false }; return isFirst
            })
                ? .whole(503, ["Retry-After": "7"]) : nil
        } _: { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let asked = Mutex<[Duration?]>([])
            let end = try await Self.sync(
                spool, with: ledger,
                wait: { _, retryAfter in
                    asked.withLock { $0.append(retryAfter) }
                    return .zero
                })
            #expect(end.sum.registered == 1)
            #expect(asked.withLock { $0 } == [.seconds(7)])
        }
    }

    @Test func aLedgerThatIsAwayIsGivenUpAfterAFewTriesInARow() async throws {
        try await StubLedger.run(instead: { _, _ in .whole(503) }) { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let end = try await Self.sync(spool, with: ledger)
            #expect(ledger.server.requests.count == SyncLimit.tries)
            #expect(end.sum.waiting == 1)
        }
    }

    // MARK: - Gates

    /// Holds records whose names begin with "held", until it is opened.
    private final class NameGate: RecordGate {
        let isOpen = Mutex(false)

        func hold(_ record: TransparentStatement) async -> String? {
            let text = String(decoding: record.manifest ?? [], as: UTF8.self)
            return !isOpen.withLock { $0 } && text.contains("held") ? "it is early" : nil
        }
    }

    @Test func whatIsHeldBackHoldsUpNothingAndGoesWhenTheGateOpens() async throws {
        try await StubLedger.run { ledger in
            let gate = NameGate()
            let spool = try FilledSpool(["held 1", "a", "held 2", "b"], by: ledger.fixture.pop)
            let reasons = Mutex<[String]>([])
            let end = try await Self.sync(spool, with: ledger, gate: gate) { event in
                guard case .held(_, let reason) = event else { return }
                reasons.withLock { $0.append(reason) }
            }
            #expect(end.sum.registered == 2 && end.sum.held == 2 && end.sum.waiting == 2)
            #expect(end.failure == nil)
            #expect(reasons.withLock { $0 } == ["it is early", "it is early"])
            #expect(try spool.works(.pending) == ["held 1", "held 2"])
            gate.isOpen.withLock { $0 = true }
            #expect(try await Self.sync(spool, with: ledger, gate: gate).sum.registered == 2)
        }
    }

    /// As where `submit` was given the copy beside the work.
    @Test func aHeldRecordThatIsAnEntryAlreadyGetsItsReceipt() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["held 1", "held 2"], by: ledger.fixture.pop)
            let first = try #require(try spool.spool.records(in: .pending).first)
            _ = await ledger.fixture.ledger.register([try spool.spool.content(of: first).bytes])
            let end = try await Self.sync(spool, with: ledger, gate: NameGate())
            #expect(end.sum.registered == 1 && end.sum.held == 1, "\(end.sum)")
            #expect(try spool.works(.registered) == ["held 1"])
            #expect(try spool.works(.pending) == ["held 2"])
        }
    }

    // MARK: - Following

    @Test func aSyncThatFollowsSendsWhatIsSealedLater() async throws {
        try await StubLedger.run { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let isIdle = Mutex(0)
            let work = Task {
                try await Self.sync(spool, with: ledger, following: true) { event in
                    if case .idle = event { isIdle.withLock { $0 += 1 } }
                }
            }
            try await eventually("it looks for more") { isIdle.withLock { $0 } == 1 }
            #expect(try spool.works(.registered) == ["a"])
            try spool.seal("b")
            try await eventually("it has found more") { isIdle.withLock { $0 } == 2 }
            #expect(try spool.works(.registered) == ["a", "b"])
            work.cancel()
            let end = try await work.value
            #expect(end.sum.registered == 2 && end.failure == nil)
        }
    }

    @Test func aSyncThatFollowsWaitsForALedgerHoweverLongItIsAway() async throws {
        let isAway = Mutex(true)
        try await StubLedger.run { _, _ in
            isAway.withLock { $0 } ? .whole(200, ["Content-Type": "text/html"], [0x3C]) : nil
        } _: { ledger in
            let spool = try FilledSpool(["a"], by: ledger.fixture.pop)
            let work = Task {
                try await Self.sync(
                    spool, with: ledger, following: true, wait: { _, _ in .milliseconds(1) })
            }
            try await eventually("it has tried more often than others do") {
                ledger.server.requests.count > 2 * SyncLimit.tries
            }
            isAway.withLock { $0 = false }
            try await eventually("it is registered") {
                try spool.works(.registered) == ["a"]
            }
            work.cancel()
            _ = try await work.value
        }
    }
}
