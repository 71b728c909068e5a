import Encoding
import Ledger
import Merkle
import OpenTimestamps
import Provenance
import Studio
import TestCalendar
import TestLedger
import Testing
import TestSupport
import Timestamping

/// A record of a ledger, a token about its head by an authority that `openssl` made, and a proof of
/// it in a chain that anybody can make.
struct DatedRecord {
    /// The last second of the token's certificate: in the year 2049.
    static let certificateEnd: UInt64 = 2_493_072_000

    let ledger: LedgerFixture
    let authority: TestAuthority
    let record: TransparentStatement

    /// What is dated: the note of the head that holds the entry.
    let checkpoint: [UInt8]
    let inclusion: InclusionProof

    /// The token of the authority.
    let token: [UInt8]

    /// Registers a capture, and has its head dated.
    init(_ change: (inout TestAuthority.Plan) -> Void = { _ in }) async throws {
        ledger = try LedgerFixture()
        authority = try await TestAuthority(change)
        try await ledger.addPoP()
        let capture = try ledger.capture("photo")
        guard case .registered(_, let bytes) = try await ledger.register(capture) else {
            throw FixtureError.unexpected("the capture was not registered")
        }
        var record = try TransparentStatement(capture)
        record.receipts = [bytes]
        self.record = record
        let receipt = try Receipt(bytes)
        guard let note = receipt.note, case .inclusion(let proof) = receipt.proof else {
            throw FixtureError.unexpected("a receipt without its note")
        }
        (checkpoint, inclusion) = (note, proof)
        token = try await Self.token(of: .sha256(note), by: authority)
    }

    static func token(of digest: Hash, by authority: TestAuthority) async throws -> [UInt8] {
        let query = TimestampQuery(digest: digest, nonce: 7)
        let reply = try await authority.reply(to: query.bytes)
        return try query.check(
            reply: reply, by: TimestampAuthorities(pem: authority.root()), now: UTC.now
        ).token.bytes
    }

    /// A proof that seals `tokens`, written into a block of `time`.
    func proof(
        sealing tokens: [[UInt8]], in chain: inout TestChain, at time: UInt64
    ) throws -> DetachedTimestamp {
        try CalendarSubmission(of: .sha256(checkpoint), sealing: tokens.map { .sha256($0) })
            .proof(in: &chain, at: time)
    }

    /// An anchor of the entry's head with this evidence.
    func anchor(_ type: Text, _ evidence: [UInt8], header: [UInt8]? = nil) -> CBORMap {
        Anchor(
            type: type, checkpoint: checkpoint, evidence: evidence, inclusion: inclusion,
            header: header
        ).map
    }

    /// What a kit with these roots, and these headers, says of the record with these anchors.
    func report(
        _ anchors: [CBORMap], roots: [UInt8]?, headers: TestChain? = nil,
        at now: UInt64 = UTC.now, require: Level? = nil
    ) throws -> Report {
        var files = try ledger.ledger.trustKit()
        files.timestampRoots = roots
        let kit = try TrustKit(files)
        let named = try headers.map {
            NamedHeaders(name: "headers.txt", try BitcoinHeaders(parsing: $0.file))
        }
        var message = try COSESign1.decode(record.encoded())
        message.unprotected = message.unprotected.setting(
            -65542, to: .array(anchors.map { .map($0) }))
        return Verifier(
            kit, checkers: try KitEvidence.checkers(of: kit, headers: named, clock: { now })
        ).verify(
            file: message.encoded(), artifact: nil, recordOnly: true, time: now, require: require)
    }
}
