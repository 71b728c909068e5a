import Anchoring
import Ledger
import Merkle
import OpenTimestamps
import TestLedger
import TestSupport
import Timestamping

/// What authorities and calendars do to a ledger of a test.
extension StubLedger {
    /// The head that may be dated now.
    func input() throws -> AnchorInput {
        try found(try DatedLog(fixture.ledger).newestHeadToDate(), "a head to date")
    }

    /// Has the ledger keep what a source gave about a head.
    func keep(_ evidence: [UInt8], of source: AnchorSource, about input: AnchorInput) throws {
        try DatedLog(fixture.ledger).keep(
            KeptAnchor(
                of: source, about: input, state: .complete, askedAt: 1, time: 2,
                evidence: evidence))
    }

    /// A proof that leads from a head to a block of this height, over these tokens; nobody has
    /// mined the block.
    static func proof(
        of input: AnchorInput, sealing tokens: [[UInt8]] = [], height: UInt8 = 100
    ) throws -> [UInt8] {
        let submission = CalendarSubmission(
            of: input.digest, sealing: tokens.map { Hash.sha256($0) })
        let attestation: [UInt8] = [
            0x00, 0x05, 0x88, 0x96, 0x0D, 0x73, 0xD7, 0x19, 0x01, 0x01, height,
        ]
        return try submission.proof(reply: attestation).encoded
    }
}

extension TestAuthority {
    /// A token about a head, by `openssl ts`.
    func token(about input: AnchorInput) async throws -> [UInt8] {
        let query = TimestampQuery(digest: input.digest, nonce: 1)
        let authorities = try TimestampAuthorities(pem: root())
        return try query.check(
            reply: await reply(to: query.bytes), by: authorities, now: TestClock.system.now + 5
        ).token.bytes
    }
}
