import Crypto
import Merkle
import OpenTimestamps
import TestCalendar
import TestSupport
import Testing

/// The way of a proof: submitted, promised, written into a block, upgraded.
@Suite struct CalendarProofTests {
    private let digest = Hash.sha256(Array("a head".utf8))

    @Test func whatIsPostedHidesTheDigestAndIsAnotherOneEachTime() throws {
        let first = CalendarSubmission(of: digest)
        let second = CalendarSubmission(of: digest)
        #expect(first.posted != digest)
        #expect(first.posted != second.posted)
        var calendar = TestCalendar()
        let (answer, commitment) = calendar.submit(first.posted.bytes, at: 1_000)
        let proof = try first.proof(reply: answer)
        #expect(proof.digest == digest)
        #expect(!proof.isComplete)
        #expect(proof.pending.map(\.commitment) == [commitment])
        #expect(proof.pending.map(\.calendar) == [calendar.uri])
        #expect(try DetachedTimestamp(parsing: proof.encoded) == proof)
    }

    @Test func theFirstStepsCommitToTheTokensAndToSixteenRandomBytes() throws {
        var random = SeededRandom(seed: 1)
        let tokens = [Hash.sha256([1]), Hash.sha256([2])]
        let submission = CalendarSubmission(of: digest, sealing: tokens, using: &random)
        let proof = try submission.proof(reply: ProofItem.tree([.bitcoin(1)]))
        random = SeededRandom(seed: 1)
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let argument = tokens.flatMap(\.bytes) + salt
        let expected = ProofItem.file(
            digest.bytes, [.append(argument, [.sha256([.bitcoin(1)])])])
        #expect(proof.encoded == expected)
        #expect(submission.posted.bytes == Array(SHA256.hash(data: digest.bytes + argument)))
        #expect(proof.bitcoin.map(\.sealed) == [tokens])
    }

    /// Only a way that begins with the two steps seals; others may look like it.
    @Test func onlyTheWayThatCommitsToATokenSealsIt() throws {
        let token = Hash.sha256([1])
        let sealing = token.bytes + [UInt8](repeating: 0, count: 16)
        func sealed(_ items: [ProofItem]) throws -> [[Hash]] {
            let file = ProofItem.file(digest.bytes, items)
            return try DetachedTimestamp(parsing: file).bitcoin.map(\.sealed)
        }
        #expect(try sealed([.append(sealing, [.sha256([.bitcoin(1)])])]) == [[token]])
        #expect(try sealed([.append(sealing, [.bitcoin(1)])]) == [[]])
        #expect(try sealed([.prepend(sealing, [.sha256([.bitcoin(1)])])]) == [[]])
        #expect(try sealed([.append(sealing, [.step([0xf2], [.bitcoin(1)])])]) == [[]])
        #expect(try sealed([.append(sealing + [0], [.sha256([.bitcoin(1)])])]) == [[]])
        #expect(try sealed([.append([1], [.sha256([.bitcoin(1)])])]) == [[]])
        #expect(try sealed([.bitcoin(1)]) == [[]])
        // Of two ways in one proof each seals its own.
        let two: [ProofItem] = [
            .sha256([.bitcoin(1)]), .append(sealing, [.sha256([.bitcoin(2)])]),
        ]
        #expect(try sealed(two) == [[], [token]])
    }

    @Test func anUpgradeIsAskedForByTheCommitmentAndKeepsThePromise() throws {
        var calendar = TestCalendar()
        var chain = TestChain()
        let submission = CalendarSubmission(of: digest)
        let (answer, commitment) = calendar.submit(submission.posted.bytes, at: 1_000)
        for number in 0..<4 { _ = calendar.submit([UInt8(number)], at: 1_001) }
        let pending = try submission.proof(reply: answer)
        #expect(calendar.answer(to: commitment) == nil)
        let height = calendar.anchor(in: &chain, time: 1_700_000_000)
        #expect(calendar.answer(to: submission.posted.bytes) == nil)
        let reply = try #require(calendar.answer(to: commitment))
        let proof = try pending.adding(reply: reply, at: commitment)
        #expect(proof.isComplete)
        #expect(proof.pending == pending.pending)
        #expect(proof.bitcoin.map(\.height) == [UInt64(height)])
        #expect(proof.bitcoin.map(\.message) == [chain.headers[height]?.merkleRoot])
        #expect(throws: DetachedTimestampError.addsNothing) {
            try proof.adding(reply: reply, at: commitment)
        }
    }

    @Test func proofsOfTwoCalendarsBecomeOneInEitherOrder() throws {
        var calendars = [TestCalendar("https://a.example"), TestCalendar("https://b.example")]
        var chain = TestChain()
        let submission = CalendarSubmission(of: digest)
        var proofs: [DetachedTimestamp] = []
        for index in calendars.indices {
            let (answer, commitment) = calendars[index].submit(submission.posted.bytes, at: 1_000)
            calendars[index].anchor(in: &chain, time: 1_700_000_000)
            let reply = try #require(calendars[index].answer(to: commitment))
            proofs.append(
                try submission.proof(reply: answer).adding(reply: reply, at: commitment))
        }
        let merged = try proofs[0].merging(proofs[1])
        #expect(try proofs[1].merging(proofs[0]).encoded == merged.encoded)
        #expect(try merged.merging(proofs[0]) == merged)
        #expect(merged.pending.count == 2)
        #expect(merged.bitcoin.map(\.height).sorted() == [800_000, 800_001])
        // An upgrade in place gives the same proof as one that is merged.
        let other = try CalendarSubmission(of: .sha256([])).proof(reply: [0] + Self.promise)
        #expect(throws: DetachedTimestampError.otherDigest) { try merged.merging(other) }
    }

    /// An attestation of a pending calendar without a name, from its tag on.
    private static let promise: [UInt8] = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e, 1, 0]

    @Test func anAnswerIsOnlyAddedWhereAPromiseStands() throws {
        var calendar = TestCalendar()
        let submission = CalendarSubmission(of: digest)
        let (answer, commitment) = calendar.submit(submission.posted.bytes, at: 1_000)
        let proof = try submission.proof(reply: answer)
        let reply = ProofItem.tree([.bitcoin(5)])
        for place in [submission.posted.bytes, digest.bytes, Array(commitment.dropLast())] {
            #expect(throws: DetachedTimestampError.notPending) {
                try proof.adding(reply: reply, at: place)
            }
        }
        #expect(throws: DetachedTimestampError.addsNothing) {
            try proof.adding(reply: ProofItem.tree([.pending(calendar.uri)]), at: commitment)
        }
        #expect(try proof.adding(reply: reply, at: commitment).isComplete)
    }

    @Test func answersThatAreNoTreeOrPassALimitAreRefused() throws {
        let submission = CalendarSubmission(of: digest)
        let good = ProofItem.tree([.pending("https://a.example")])
        func proof(_ reply: [UInt8]) throws -> DetachedTimestamp {
            try submission.proof(reply: reply)
        }
        for count in 0..<good.count {
            #expect(throws: DetachedTimestampError.truncated) {
                try proof(Array(good.prefix(count)))
            }
        }
        #expect(throws: DetachedTimestampError.trailing(1)) { try proof(good + [0]) }
        #expect(throws: DetachedTimestampError.unknownStep(UInt8(ascii: "<"))) {
            try proof(Array("<!doctype html>".utf8))
        }
        for (tag, name) in [(0x02, "sha1"), (0x03, "ripemd160")] as [(UInt8, String)] {
            #expect(throws: DetachedTimestampError.unsupportedStep(name)) {
                try proof([tag] + good)
            }
        }
        let payload = {
            ProofItem.attestation("0123456789abcdef", [UInt8](repeating: 1, count: $0))
        }
        let (one, two) = (payload(8_000), payload(1_977))
        #expect(ProofItem.tree([one, two]).count == 10_000)
        #expect(try proof(ProofItem.tree([two, one])).pending.isEmpty)
        #expect(throws: DetachedTimestampError.tooLarge(limit: 10_000)) {
            try proof(ProofItem.tree([one, payload(1_978)]))
        }
    }

    /// An answer within the limits may still make a proof that passes them.
    @Test func aProofThatAnAnswerWouldMakeTooDeepStaysAsItWas() throws {
        let submission = CalendarSubmission(of: digest)
        func deep(_ messages: Int) -> [UInt8] {
            ProofItem.tree((1..<messages).reduce([.pending("a")]) { items, _ in [.sha256(items)] })
        }
        #expect(try submission.proof(reply: deep(254)).pending.count == 1)
        #expect(throws: DetachedTimestampError.tooDeep) {
            try submission.proof(reply: deep(255))
        }
        let proof = try submission.proof(reply: deep(250))
        let place = try #require(proof.pending.first).commitment
        #expect(throws: DetachedTimestampError.tooDeep) {
            try proof.adding(reply: deep(10), at: place)
        }
        #expect(try proof.adding(reply: deep(5), at: place).pending.count == 2)
    }
}
