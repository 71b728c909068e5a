import Merkle
import OpenTimestamps
import TestCalendar
import TestSupport
import Testing

/// What a proof shows by the headers of a person.
@Suite struct BlockVerdictTests {
    private let digest = Hash.sha256(Array("a head".utf8))

    /// A digest that a calendar has written into a block of a chain with blocks around it.
    private struct Dated {
        var chain = TestChain(height: 100)
        var calendar = TestCalendar()
        let submission: CalendarSubmission
        let pending: DetachedTimestamp
        let proof: DetachedTimestamp
        let height: UInt64

        init(_ digest: Hash, sealing tokens: [Hash] = [], beside others: Int = 2) throws {
            submission = CalendarSubmission(of: digest, sealing: tokens)
            let (answer, commitment) = calendar.submit(submission.posted.bytes, at: 1_699_990_000)
            _ = calendar.submit([1], at: 1_699_990_000)
            _ = calendar.submit([2], at: 1_699_990_000)
            pending = try submission.proof(reply: answer)
            chain.mine(time: 1_699_999_000)
            height = UInt64(calendar.anchor(in: &chain, time: 1_700_000_000, beside: others))
            chain.mine(time: 1_700_001_000)
            let reply = try #require(calendar.answer(to: commitment))
            proof = try pending.adding(reply: reply, at: commitment)
        }

        var headers: BitcoinHeaders {
            get throws { try BitcoinHeaders(parsing: chain.file) }
        }

        func header(_ height: UInt64) throws -> BlockHeader {
            try #require(chain.headers[Int(height)])
        }
    }

    private func held(_ verdict: BlockVerdict) throws -> BlockVerdict.ConfirmedBlock {
        guard case .holds(let block, _) = verdict else {
            throw FixtureError.unexpected("\(verdict)")
        }
        return block
    }

    /// Also where a row of the block's tree is odd, and its last hash counts twice.
    @Test(arguments: 0...9)
    func aProofHoldsAtTheTimeOfItsBlock(others: Int) throws {
        let tokens = [Hash.sha256([1])]
        let dated = try Dated(digest, sealing: tokens, beside: others)
        let block = try held(dated.proof.check(digest, against: dated.headers))
        #expect(block.time == 1_700_000_000)
        #expect(block.height == dated.height)
        #expect(block.sealed == tokens)
    }

    @Test func withoutItsHeaderAProofShowsNothing() throws {
        let dated = try Dated(digest)
        let missing = BlockVerdict.noHeader(heights: [dated.height])
        #expect(dated.proof.check(digest, against: nil) == missing)
        let others = try BitcoinHeaders(parsing: Array((dated.chain.lines[0]).utf8))
        #expect(dated.proof.check(digest, against: others) == missing)
        // What came with the proof is not believed, however well it fits.
        let header = try dated.header(dated.height)
        #expect(dated.proof.check(digest, against: nil, carrying: header) == missing)
        #expect(dated.proof.check(digest, against: others, carrying: header) == missing)
    }

    @Test func aPromiseIsPendingAtItsCalendar() throws {
        let dated = try Dated(digest)
        let verdict = try dated.pending.check(digest, against: dated.headers)
        #expect(verdict == .pending(calendars: ["https://calendar.example"]))
    }

    @Test func attestationsOfOtherKindsShowNothing() throws {
        let dated = try Dated(digest)
        for tag in ["06869a0d73d71b45", "30fe8087b5c7ead7", "0123456789abcdef"] {
            let file = ProofItem.file(digest.bytes, [.attestation(tag, [1])])
            let proof = try DetachedTimestamp(parsing: file)
            #expect(proof.encoded == file)
            #expect(try proof.check(digest, against: dated.headers) == .unknown)
        }
    }

    @Test func aProofOfAnotherDigestIsRefuted() throws {
        let dated = try Dated(digest)
        let verdict = try dated.proof.check(.sha256([]), against: dated.headers)
        #expect(verdict == .refuted(.otherDigest))
    }

    /// A wrong height, and a block that another one has replaced.
    @Test func aProofThatDoesNotLeadToTheHeaderIsRefuted() throws {
        var dated = try Dated(digest)
        let root = try dated.header(dated.height).merkleRoot
        let wrong = try DetachedTimestamp(
            parsing: ProofItem.file(digest.bytes, [.bitcoin(Int(dated.height))]))
        #expect(
            try wrong.check(digest, against: dated.headers)
                == .refuted(.otherRoot(height: dated.height)))
        let header = try dated.header(dated.height)
        dated.chain.reorganize(from: Int(dated.height))
        dated.chain.mine(time: 1_700_000_500)
        #expect(try dated.header(dated.height).merkleRoot != root)
        let verdict = try dated.proof.check(digest, against: dated.headers)
        #expect(verdict == .refuted(.otherRoot(height: dated.height)))
        #expect(
            try dated.proof.check(digest, against: dated.headers, carrying: header)
                == .refuted(.otherHeader(height: dated.height)))
    }

    @Test func theHeaderBesideAProofIsThatOfItsBlock() throws {
        let dated = try Dated(digest)
        let header = try dated.header(dated.height)
        _ = try held(dated.proof.check(digest, against: dated.headers, carrying: header))
        for headers in [nil, try dated.headers] {
            let stray = try dated.header(dated.height + 1)
            #expect(
                dated.proof.check(digest, against: headers, carrying: stray)
                    == .refuted(.strayHeader))
            #expect(
                dated.pending.check(digest, against: headers, carrying: header)
                    == .refuted(.strayHeader))
        }
        // The same root under another time: the work is done, and it is not the user's header.
        let forged = TestChain.header(
            previous: header.previous, root: header.merkleRoot, time: 1_600_000_000)
        #expect(
            try dated.proof.check(digest, against: dated.headers, carrying: forged)
                == .refuted(.otherHeader(height: dated.height)))
        var idle = header.bytes
        while BlockHeader(idle)?.hasWork == true { idle[76] &+= 1 }
        #expect(
            dated.proof.check(digest, against: nil, carrying: BlockHeader(idle))
                == .refuted(.strayHeader))
    }

    /// Of several blocks the earliest counts, and one that holds suffices.
    @Test func theEarliestBlockCounts() throws {
        var dated = try Dated(digest)
        var late = TestCalendar("https://late.example")
        let (answer, commitment) = late.submit(dated.submission.posted.bytes, at: 1_700_000_900)
        let height = late.anchor(in: &dated.chain, time: 1_700_002_000)
        let reply = try #require(late.answer(to: commitment))
        let second = try dated.submission.proof(reply: answer).adding(
            reply: reply, at: commitment)
        let both = try dated.proof.merging(second)
        let verdict = try both.check(digest, against: dated.headers)
        guard case .holds(let earliest, let others) = verdict else {
            throw FixtureError.unexpected("\(verdict)")
        }
        #expect(earliest.height == dated.height)
        #expect(others.map(\.height) == [UInt64(height)])
        let bad = try both.merging(
            DetachedTimestamp(parsing: ProofItem.file(digest.bytes, [.bitcoin(100)])))
        #expect(try held(bad.check(digest, against: dated.headers)).height == dated.height)
    }

    /// Whatever bit is changed, a proof never holds for the digest at another block or time.
    @Test func noChangedBitMakesAProofHoldElsewhere() throws {
        let tokens = [Hash.sha256([1])]
        let dated = try Dated(digest, sealing: tokens)
        let headers = try dated.headers
        let file = dated.proof.encoded
        var holding = 0
        for bit in 0..<(8 * file.count) {
            var changed = file
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let proof = try? DetachedTimestamp(parsing: changed),
                case .holds(let block, _) = proof.check(digest, against: headers)
            else { continue }
            holding += 1
            #expect(block.height == dated.height)
            #expect(block.time == 1_700_000_000)
            #expect(block.sealed == tokens)
        }
        // Bits of the promise beside it: its tag and its name.
        #expect(holding > 0)
        #expect(holding <= 8 * ("https://calendar.example".utf8.count + 10))
    }

    @Test func noCutProofIsRead() throws {
        let file = try Dated(digest).proof.encoded
        for count in 0..<file.count {
            #expect(throws: DetachedTimestampError.self) {
                try DetachedTimestamp(parsing: Array(file.prefix(count)))
            }
        }
    }
}
