import Anchoring
import Encoding
import Files
import Foundation
import Keys
import Ledger
import Manifests
import Merkle
import OpenTimestamps
import Provenance
import Studio
import TestSupport
import Timestamping

extension RecordedLog {
    /// Records a log of 600 entries: two full bundles and one that is not, tiles of two levels,
    /// two kinds of keys, handovers of all three keys of the ledger, a chain, a milestone that is
    /// rolled back, a foreign type, an erasure, and heads that others have dated.
    package static func make() async throws -> RecordedLog {
        let recorder = try Recorder()
        let authority = try await TestAuthority()
        try await recorder.begin()
        try await recorder.fill(upTo: 300)
        try await recorder.date(by: authority)
        _ = try recorder.export()
        try await recorder.goOn()
        try await recorder.fill(upTo: 590)
        try await recorder.date(by: authority)
        try await recorder.fill(upTo: 600)
        var kit = try recorder.fixture.ledger.trustKit()
        kit.timestampRoots = try authority.root()
        kit.calendars = Array("https://a.example\nhttps://b.example\n".utf8)
        return try RecordedLog(
            files: recorder.export(), kit: kit, keys: recorder.keys(),
            places: recorder.places, time: SystemClock.seconds(),
            erased: found(recorder.erased?.manifest, "the manifest that was erased"))
    }
}

/// Registers what a recorded log has.
private final class Recorder {
    let fixture: LedgerFixture
    private(set) var places: [String: UInt64] = [:]

    private let lagos = KeyFile.generate(.es256)
    private let retired = KeyFile.generate(.ed25519)
    private let build = KeyFile.generate(.ed25519)
    private(set) var erased: TransparentStatement?
    private var notes: [(firstSize: UInt64, key: SigningKey)] = []

    static let lagosIssuer: Text = "https://pops.example/lagos"
    static let buildIssuer: Text = "https://ci.example/builds"
    static let milestone: Text = "https://drops.example/estuary/m1"

    init() throws {
        fixture = try LedgerFixture()
        notes = [(0, try key("note"))]
    }

    private func key(_ which: String) throws -> SigningKey {
        try KeyFile.read(privateKeyAt: fixture.options.keys + "/\(which).pem").key
    }

    func keys() throws -> RecordedKeys {
        RecordedKeys(
            admin: fixture.admin, berlin: fixture.pop, lagos: lagos, retired: retired,
            stranger: KeyFile.generate(.ed25519), ledger: try key("ledger"), notes: notes)
    }

    // MARK: - Registering

    @discardableResult
    private func register(_ bytes: [UInt8], as name: String? = nil) async throws -> UInt64 {
        let answer = try await fixture.register(bytes)
        guard let index = answer.index else { throw FixtureError.unexpected("\(answer)") }
        if let name { places[name] = index }
        return index
    }

    private func control(
        as name: String, _ sign: (inout ControlChain) throws -> [UInt8]
    ) async throws {
        var chain = try ControlChain(fixture)
        try await register(sign(&chain), as: name)
    }

    private func signer(_ issuer: Text = LedgerFixture.berlin, _ key: SigningKey? = nil) -> Signer {
        Signer(
            issuer: issuer, key: key ?? fixture.pop, audience: Text(LedgerFixture.origin))
    }

    /// Registers captures until the log has so many entries.
    func fill(upTo size: UInt64) async throws {
        let first = fixture.ledger.head().size
        let captures = try (first..<size).map { try fixture.capture("work \($0)") }
        for answer in await fixture.ledger.register(captures) where answer.index == nil {
            throw FixtureError.unexpected("\(answer)")
        }
        guard fixture.ledger.head().size == size else {
            throw FixtureError.unexpected("a log of another size")
        }
    }

    /// What the first half has: keys, a policy, a foreign type, a chain.
    func begin() async throws {
        try await control(as: "add berlin") { try $0.sign(.add) }
        try await control(as: "add lagos") { [lagos] in
            try $0.sign(.add, lagos.publicKey, issuer: Self.lagosIssuer)
        }
        try await control(as: "add retired") { [retired] in try $0.sign(.add, retired.publicKey) }
        try await control(as: "add build") { [build] in
            try $0.sign(.add, build.publicKey, issuer: Self.buildIssuer, roles: [.ci])
        }
        try await control(as: "policy") { try $0.sign(policy: { $0.manifestBytes = 200_000 }) }
        try await register(fixture.capture("first"), as: "first")
        try await register(
            fixture.capture("of Lagos", by: lagos, issuer: Self.lagosIssuer), as: "lagos")
        let erased = try fixture.capture("to be erased")
        self.erased = try TransparentStatement(erased)
        try await register(erased, as: "erased")
        try await register(fixture.capture("by an old key", by: retired), as: "old key")
        try await control(as: "retire") { [retired, fixture] in
            try $0.sign(
                .retire, retired.publicKey, signedUntil: Int64(fixture.clock.now))
        }
        try await register(Self.foreign(by: signer(Self.buildIssuer, build)), as: "foreign")
        try await chain(["chained 0", "chained 1", "chained 2"])
    }

    private static func foreign(by signer: Signer) throws -> [UInt8] {
        try signer.sign(
            finished: Array(
                """
                {"_type": "https://in-toto.io/Statement/v1",
                 "subject": [{"name": "app", "digest": {"sha256": "\(Hash.sha256([1]))"}}],
                 "predicateType": "https://slsa.dev/provenance/v1",
                 "predicate": {"buildDefinition": {"buildType": "https://ci.example/v1"}}}
                """.utf8), Freshness(issuedAt: 1_760_000_000)
        ).bytes
    }

    private func chain(_ names: [String]) async throws {
        let id = randomBytes()
        var previous = Hash.zero
        for (number, name) in names.enumerated() {
            let manifest = try LedgerFixture.manifest(
                of: name, pop: LedgerFixture.berlin, nonce: randomBytes())
            let record = try signer().sign(
                manifest, thread: "urn:example:chained",
                chain: Chain(id: id, sequence: UInt64(number), previous: previous),
                Freshness(issuedAt: fixture.clock.now))
            try await register(record.bytes, as: name)
            previous = record.id.hash
        }
    }

    /// What the second half has: a rollback and its postmortem, an erasure, handovers.
    func goOn() async throws {
        try await milestone("start", as: "start")
        try await milestone("rollback", as: "rollback")
        fixture.clock.advance(by: 3_600)
        try await register(
            signer().sign(
                PredicateType.postmortem,
                [
                    "milestone": .string(Self.milestone), "summary": "the printer",
                    "timeline": [], "actions": [], "entries": [],
                ], Freshness(issuedAt: fixture.clock.now)
            ).bytes, as: "postmortem")
        let erased = try found(self.erased, "what is to be erased").statement
        try await control(as: "erasure") {
            try $0.sign(erasing: erased.manifestDigest, of: [erased.id])
        }
        for which in LogKeyManifest.Which.allCases {
            let rotation = try fixture.ledger.rotate(which)
            let entry = try found(rotation.entry, "the entry of a handover")
            places["\(which.rawValue) key"] = entry.index
            if which == .note { notes.append((entry.lastSize + 1, try key("note"))) }
        }
    }

    private func milestone(_ decision: Text, as name: String) async throws {
        let members: JSON.Object = [
            "milestone": .string(Self.milestone), "slice": .string(LedgerFixture.berlin),
            "metric": [
                "name": "refused", "unit": "share", "comparator": "<=", "threshold": 0.01,
            ], "decision": .string(decision), "evidence": [],
        ]
        let record = try signer().sign(
            PredicateType.milestone, members, Freshness(issuedAt: fixture.clock.now))
        try await register(record.bytes, as: name)
    }

    // MARK: - Evidence and files

    /// What a calendar answers at once: a promise, by `https://a.example`.
    private static let promise: [UInt8] =
        [0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e, 18, 17] + "https://a.example".utf8

    /// What it answers when the block 1 has the digest itself.
    private static let block: [UInt8] = [0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 1, 1]

    /// Has the newest head dated by an authority, and by two calendars of which one keeps its word.
    func date(by authority: TestAuthority) async throws {
        let log = DatedLog(fixture.ledger)
        let input = try found(try log.newestHeadToDate(), "a head to date")
        let query = TimestampQuery(digest: input.digest, nonce: 7)
        let token = try await query.check(
            reply: authority.reply(to: query.bytes),
            by: TimestampAuthorities(pem: authority.root()), now: SystemClock.seconds()
        )
        try log.keep(
            KeptAnchor(
                of: AnchorSource(.timestamp, url: "http://time.example"), about: input,
                state: .complete, askedAt: 1, time: token.bound, evidence: token.token.bytes))
        for (url, reply, state) in [
            ("https://a.example", Self.promise, KeptAnchor.State.pending),
            ("https://b.example", Self.block, .complete),
        ] {
            let proof = try CalendarSubmission(
                of: input.digest, sealing: [.sha256(token.token.bytes)]
            ).proof(reply: reply)
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.openTimestamps, url: url), about: input, state: state,
                    askedAt: 1, time: 2, evidence: proof.encoded))
        }
    }

    /// Exports the log, and returns all files that are there then.
    func export() throws -> [String: [UInt8]] {
        let out = fixture.folder.appending(path: "export").path()
        _ = try fixture.ledger.export(to: out)
        return try files(below: out)
    }
}
