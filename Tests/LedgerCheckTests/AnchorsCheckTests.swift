import Anchoring
import Checkpoints
import Encoding
import Ledger
import LedgerCheck
import LedgerStore
import Merkle
import OpenTimestamps
import RocksDB
import Testing
import TestLedger
import TestSupport
import Timestamping

/// `fsck` of evidence about heads: what it says without trusting anybody.
@Suite(.serialized) struct AnchorsCheckTests {
    private let fixture: LedgerFixture
    private let token: AnchorRow
    private let promise: AnchorRow
    private let proof: AnchorRow

    /// Dates a head by an authority and two calendars, and closes the ledger.
    init() async throws {
        fixture = try LedgerFixture()
        try await fixture.addPoP()
        let log = DatedLog(fixture.ledger)
        let input = try #require(try log.newestHeadToDate())
        let authority = try await TestAuthority()
        let query = TimestampQuery(digest: input.digest, nonce: 7)
        let checked = try query.check(
            reply: await authority.reply(to: query.bytes),
            by: TimestampAuthorities(pem: authority.root()), now: SystemClock.seconds())
        let bytes = checked.token.bytes
        try log.keep(
            KeptAnchor(
                of: AnchorSource(.timestamp, url: "http://time.example"), about: input,
                state: .complete, askedAt: 1, time: checked.bound, evidence: bytes))
        for (url, reply, state) in [
            ("https://a.example", Self.promise, KeptAnchor.State.pending),
            ("https://b.example", Self.block, .complete),
        ] {
            let proof = try CalendarSubmission(of: input.digest, sealing: [.sha256(bytes)])
                .proof(reply: reply)
            try log.keep(
                KeptAnchor(
                    of: AnchorSource(.openTimestamps, url: url), about: input, state: state,
                    askedAt: 1, time: 2, evidence: proof.encoded))
        }
        try await fixture.addPoP()
        let rows = try fixture.ledger.anchors(after: nil, limit: 9)
        fixture.ledger.close()
        token = try #require(rows.first { $0.kind == .timestamp })
        promise = try #require(rows.first { $0.state == .pending })
        proof = try #require(rows.first { $0.kind == .openTimestamps && $0.state == .complete })
    }

    /// What a calendar answers at once: a promise, by `https://a.example`.
    private static let promise: [UInt8] =
        [0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e, 18, 17] + "https://a.example".utf8

    /// What it answers when the block 1 has the digest itself.
    private static let block: [UInt8] = [0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 1, 1]

    // MARK: - Changing rows

    private func withStore<Result>(_ body: (Store) throws -> Result) throws -> Result {
        let store = try Store(
            path: fixture.options.data, cacheByteCount: 1 << 20, create: false)
        defer { store.close() }
        return try body(store)
    }

    private func put(_ value: [UInt8]?, at key: [UInt8]) throws {
        try withStore { store in
            let batch = try WriteBatch(for: store.database)
            if let value {
                batch.put(key: key, value: value, in: store.anchors)
            } else {
                batch.delete(key: key, in: store.anchors)
            }
            try store.database.write(batch, sync: true)
        }
    }

    private func findings() throws -> [CheckFinding] {
        try Ledger.check(folder: fixture.options, CheckOptions()).findings
    }

    /// A row with some of its parts replaced.
    private func changed(
        _ row: AnchorRow, size: UInt64? = nil, state: AnchorRow.State? = nil, time: UInt64? = nil,
        checkpoint: [UInt8]? = nil, evidence: [UInt8]? = nil
    ) -> AnchorRow {
        AnchorRow(
            size: size ?? row.size, kind: row.kind, url: row.url, state: state ?? row.state,
            asked: row.asked, time: time ?? row.time, checkpoint: checkpoint ?? row.checkpoint,
            evidence: evidence ?? row.evidence)
    }

    /// Expects that a row in the place of `former` is one finding, by this rule.
    private func expect(
        _ rule: CheckFinding.Rule, _ words: String, of row: AnchorRow, for former: AnchorRow
    ) throws {
        try put(nil, at: former.key.bytes)
        try put(row.value, at: row.key.bytes)
        let found = try findings()
        #expect(
            found.contains {
                $0.family == "anchors" && $0.key == "\(row.key)" && $0.rule == rule
                    && $0.detail.contains(words)
            }, "\(words): \(found)")
        try put(nil, at: row.key.bytes)
        try put(former.value, at: former.key.bytes)
        #expect(try findings() == [])
    }

    // MARK: - Rules

    @Test func evidenceAsItWasKeptIsClean() throws {
        let report = try Ledger.check(folder: fixture.options, CheckOptions())
        #expect(report.isClean, "\(report.findings)")
        #expect(report.families.first { $0.family == "anchors" }?.rows == 3)
    }

    @Test func evidenceThatIsAboutSomethingElseIsNamed() throws {
        let others = changed(token, evidence: proof.evidence)
        try expect(.malformed, "token cannot be read", of: others, for: token)
        try expect(
            .malformed, "proof cannot be read", of: changed(proof, evidence: token.evidence),
            for: proof)
        let stray = try CalendarSubmission(of: .sha256([1])).proof(reply: Self.block).encoded
        try expect(
            .malformed, "proof is about another digest", of: changed(proof, evidence: stray),
            for: proof)
        try expect(
            .malformed, "token has another time", of: changed(token, time: token.time + 1),
            for: token)
    }

    @Test func aStateThatTheEvidenceDoesNotHaveIsNamed() throws {
        for state in [AnchorRow.State.pending, .abandoned] {
            try expect(
                .malformed, "a token is never \(state)", of: changed(token, state: state),
                for: token)
            try expect(
                .malformed, "leads to a block and is called \(state)",
                of: changed(proof, state: state), for: proof)
        }
        try expect(
            .malformed, "leads to no block and is called complete",
            of: changed(promise, state: .complete), for: promise)
        // A promise that was not kept is no fault of the row's.
        try put(changed(promise, state: .abandoned).value, at: promise.key.bytes)
        #expect(try findings() == [])
    }

    @Test func aCheckpointThatIsNotTheHeadsIsNamed() async throws {
        let other = try LedgerFixture()
        try await other.addPoP()
        let foreign = try #require(try DatedLog(other.ledger).newestHeadToDate())
        #expect(foreign.size == token.size)
        let words = foreign.checkpoint
        try expect(.root, "root", of: changed(token, checkpoint: words), for: token)
        try expect(.note, "note", of: changed(token, checkpoint: words), for: token)
        try expect(
            .note, "another note than the head's", of: changed(token, checkpoint: words),
            for: token)
        let note = try SignedNote(parsing: token.checkpoint)
        var line = note.signatures[0].signature
        line[5] ^= 1
        let forged = try SignedNote(
            text: note.text,
            signatures: [
                NoteSignature(
                    name: note.signatures[0].name, keyID: note.signatures[0].keyID, signature: line)
            ])
        try expect(.note, "", of: changed(token, checkpoint: forged.encoded), for: token)
        try expect(
            .malformed, "with one signature line",
            of: changed(token, checkpoint: Array("no note".utf8)), for: token)
    }

    @Test func aHeadThatIsGoneOrNeverWasIsNamed() throws {
        try expect(
            .malformed, "of this size", of: changed(token, size: token.size - 1), for: token)
        try expect(.extra, "entry", of: changed(token, size: 1 << 40), for: token)
        try expect(.extra, "entry", of: changed(token, size: 0), for: token)
        let heads = try withStore { store in
            let value = try store.value(StoreLayout.key(token.size), in: store.heads)
            try store.write(.prune, sync: true) { $0.removeHead(size: token.size) }
            return value
        }
        #expect(heads != nil)
        let found = try findings().filter { $0.family == "anchors" }
        #expect(found.map(\.rule) == [.missing] && found[0].key.hasPrefix("\(token.size)/"))
    }

    @Test func aKeyThatIsNotTheValuesIsNamed() throws {
        var key = token.key.bytes
        key[20] ^= 1
        try put(token.value, at: key)
        var found = try findings()
        #expect(found.map(\.rule) == [.malformed] && found[0].detail.contains("another source"))
        try put(nil, at: key)
        // A kind of a newer version is nothing that this one can judge.
        key = token.key.bytes
        key[8] = 3
        try put(token.value, at: key)
        found = try findings()
        #expect(found.map(\.rule) == [.unknown])
        try put(nil, at: key)
        try put([1], at: [7, 7, 7])
        #expect(try findings().map(\.rule) == [.malformed])
    }

    /// What nobody can say without trust, or cannot say at all, is left; all else is found.
    @Test func aFlippedBitIsFoundInEveryPartThatIsHeldToSomething() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededRandom(seed: seed)
        for row in [token, promise, proof] {
            for part in [Array(row.url.utf8), row.checkpoint] {
                let value = row.value
                let start = try #require(value.firstRange(of: part)?.lowerBound)
                for _ in 0..<2 {
                    let bit = Int.random(in: 0..<(part.count * 8), using: &generator)
                    var other = value
                    other[start + bit / 8] ^= 1 << (bit % 8)
                    try put(other, at: row.key.bytes)
                    let found = try findings()
                    #expect(
                        found.contains { $0.family == "anchors" && $0.key == "\(row.key)" },
                        "bit \(bit) of \(row.key) with seed \(seed): \(found)")
                }
            }
            // One of the size, the kind, and one of the source.
            for places in [0..<8, 8..<9, 9..<41] as [Range<Int>] {
                let place = Int.random(in: places, using: &generator)
                var key = row.key.bytes
                key[place] ^= 1 << Int.random(in: 0..<8, using: &generator)
                try put(nil, at: row.key.bytes)
                try put(row.value, at: key)
                #expect(
                    try findings().contains { $0.family == "anchors" },
                    "byte \(place) of the key \(row.key) with seed \(seed)")
                try put(nil, at: key)
            }
            try put(row.value, at: row.key.bytes)
        }
        #expect(try findings() == [])
    }

    @Test func aRunningLedgerFindsTheSame() async throws {
        try put(changed(token, time: 9).value, at: token.key.bytes)
        try fixture.reopen()
        let found = try fixture.ledger.check().findings
        #expect(found.map(\.family) == ["anchors"] && found[0].detail.contains("another time"))
    }
}
