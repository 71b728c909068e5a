import Anchoring
import Checkpoints
import Encoding
import Ledger
import LedgerClient
import Provenance
import Studio
import Synchronization
import TestLedger
import TestPeer
import TestSupport
import Testing

/// A submission that goes on until an authority has dated its records.
@Suite struct TimestampedSubmissionTests {
    private let folder: TemporaryFolder
    private let witness: TestWitness
    private let authority: TestAuthority

    init() async throws {
        folder = try TemporaryFolder()
        witness = try TestWitness("witness.example")
        authority = try await TestAuthority()
    }

    /// Submits a record until it is timestamped, and returns what was told.
    private func submit(
        _ path: String, to ledger: StubLedger, _ kit: TrustKit, _ patience: SubmissionPatience,
        clock: TestClock = .system
    ) async throws -> [String] {
        let told = Mutex<[String]>([])
        let checkers = try KitEvidence.checkers(of: kit, clock: { clock.now })
        try await ledger.with { client in
            await RecordSubmission(
                client: client, until: kit, goal: .timestamped, checkers: checkers,
                patience: patience,
                onEvent: { event in
                    if let word = Self.word(event) { told.withLock { $0.append(word) } }
                }
            ).run([path])
        }
        return told.withLock { $0 }
    }

    private static func word(_ event: SubmissionEvent) -> String? {
        switch event {
        case .registered: "registered"
        case .witnessed: "witnessed"
        case .timestamped: "timestamped"
        case .unwitnessed: "unwitnessed"
        case .untimestamped: "untimestamped"
        case .waiting(nil, _, .witnesses(let interval)): "for witnesses \(Self.text(interval))"
        case .waiting(nil, _, .timestamps(let interval)): "for timestamps \(Self.text(interval))"
        case .answered: nil
        default: "\(event)"
        }
    }

    private static func text(_ interval: Duration?) -> String {
        interval.map { "every \($0.components.seconds) s" } ?? "some time"
    }

    private static let source = AnchorSource(.timestamp, url: "http://one.example")

    /// Runs `body` with a ledger whose newest head the witness sees at the second look at a record,
    /// and the authority dates at the fourth.
    ///
    /// - Parameter onLook: called before each look is answered, with its number from one.
    private func withDatingLedger(
        onLook: @escaping @Sendable (Int) -> Void = { _ in },
        _ body: (StubLedger) async throws -> Void
    ) async throws {
        let (witness, authority) = (witness, authority)
        let looks = Mutex(0)
        try await StubLedger.run { request, fixture in
            guard request.path.hasSuffix("/transparent") else { return nil }
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            onLook(look)
            let name = request.path.dropFirst("/entries/".count).dropLast("/transparent".count)
            let head = fixture.ledger.head()
            do {
                if look == 2 {
                    try fixture.ledger.add(
                        [witness.cosign(head.note, at: head.time)], of: [witness.verifierKey],
                        toHeadOf: head.size)
                }
                let log = DatedLog(fixture.ledger)
                // Asked once more, where the authority's program failed on a busy machine.
                if look >= 4, try log.newestAnchor(of: Self.source, in: .complete) == nil,
                    let input = try log.newestHeadToDate()
                {
                    try log.keep(
                        KeptAnchor(
                            of: Self.source, about: input, state: .complete, askedAt: 1, time: 2,
                            evidence: await authority.token(about: input)))
                }
                guard let entry = EntryID(Text(String(name))),
                    let record = try fixture.ledger.transparent(entry)
                else { return nil }
                return .whole(
                    200, ["Evidence-Interval": "witnesses=5, rfc3161=600, x=1, y"], record)
            } catch {
                return .whole(500)
            }
        } _: { ledger in
            try await body(ledger)
        }
    }

    @Test func theFileIsCompleteOnceAnAuthorityHasDatedItToo() async throws {
        try await withDatingLedger { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let kit = try ledger.kit(askingFor: witness, root: authority.root())
            let told = try await submit(
                path, to: ledger, kit,
                SubmissionPatience(.seconds(600), firstWait: .milliseconds(1)))
            let expected = [
                "registered", "for witnesses some time", "for witnesses every 5 s", "witnessed",
                "for timestamps every 600 s", "for timestamps every 600 s", "timestamped",
            ]
            #expect(told == expected)
            let checkers = try KitEvidence.checkers(of: kit, clock: { TestClock.system.now })
            let report = Verifier(kit, checkers: checkers).verify(
                file: try RecordFile(path).bytes, artifact: nil, recordOnly: true)
            #expect(report.ok && report.reached == .timestamped, "\(report.findings)")
        }
    }

    /// A token that is waited for is made long after the submission began: it is not from the
    /// future by the clock that stood then.
    @Test func aTokenIsJudgedByTheClockOfItsLook() async throws {
        let clock = TestClock(at: TestClock.system.now - 7_200)
        let waited = Mutex<[Int]>([])
        try await withDatingLedger { look in
            waited.withLock { $0.append(look) }
            // From now on it goes as the authority's does.
            if look >= 6 { clock.advance(by: Int64(TestClock.system.now) - Int64(clock.now)) }
        } _: { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let kit = try ledger.kit(askingFor: witness, root: authority.root())
            let told = try await submit(
                path, to: ledger, kit,
                SubmissionPatience(.seconds(600), firstWait: .milliseconds(1)), clock: clock)
            #expect(told.last == "timestamped", "\(told)")
            #expect(waited.withLock { $0.last } ?? 0 >= 6)
        }
    }

    @Test(arguments: [true, false])
    func afterItsTimeItSaysWhatIsLacking(isWitnessed: Bool) async throws {
        let witness = witness
        try await StubLedger.run { request, fixture in
            guard isWitnessed, request.path == "/entries" else { return nil }
            guard let answer = await fixture.ledger.register([request.body]).first,
                case .registered(let entry, _) = answer
            else { return .whole(500) }
            let head = fixture.ledger.head()
            do {
                try fixture.ledger.add(
                    [witness.cosign(head.note, at: head.time)], of: [witness.verifierKey],
                    toHeadOf: head.size)
                return .whole(201, [:], try fixture.ledger.receipt(entry) ?? [])
            } catch {
                return .whole(500)
            }
        } _: { ledger in
            let path = try folder.signWork("a", by: ledger.fixture)
            let kit = try ledger.kit(askingFor: witness, root: authority.root())
            let told = try await submit(path, to: ledger, kit, SubmissionPatience(.zero))
            let ends =
                isWitnessed
                ? ["registered", "witnessed", "untimestamped"]
                : ["registered", "unwitnessed"]
            #expect(told == ends)
            #expect(try RecordFile(path).content.receipts.count == 1)
        }
    }
}
