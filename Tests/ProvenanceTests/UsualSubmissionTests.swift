import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What is sent in the usual form is read in place: it must say what the same bytes say as a file,
/// which is read item by item.
@Suite struct UsualSubmissionTests {
    private var log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
    }

    /// One submission of each usual form.
    private mutating func usual() throws -> [[UInt8]] {
        let manifest = try log.manifest("photo")
        let plain = log.draft(manifest)
        var addressed = plain
        addressed.audience = log.origin.text
        addressed.chain = try Chain(id: log.nonce(), sequence: 300, previous: .sha256([7]))
        let statements = try [
            plain.sign(with: log.pop), addressed.sign(with: log.pop),
            plain.sign(with: log.values.es256("es")),
        ]
        return try statements.map {
            try TransparentStatement($0, manifest: manifest.bytes).encoded()
        } + statements.map(\.leaf)
    }

    /// Whether bytes that can be submitted say what they say as a file; they must be one.
    private static func agree(_ submission: Submission, _ bytes: [UInt8]) throws -> Bool {
        let file = try TransparentStatement(bytes)
        return try submission.statement() == file.statement && submission.id == file.statement.id
            && submission.leaf == file.statement.leaf && submission.manifest == file.manifest
    }

    @Test mutating func everyUsualFormIsReadAsTheFileIs() throws {
        for bytes in try usual() {
            #expect(try Self.agree(Submission(bytes), bytes))
        }
    }

    /// Each bit is turned over: what is refused here is no file either.
    @Test mutating func aTurnedBitIsReadOrRefusedAsInAFile() throws {
        var read = 0
        for bytes in try usual() {
            for bit in 0..<(8 * bytes.count) {
                var turned = bytes
                turned[bit / 8] ^= 1 << UInt8(bit % 8)
                guard let submission = try? Submission(turned),
                    let statement = try? submission.statement()
                else {
                    #expect(
                        (try? TransparentStatement(turned)) == nil,
                        "bit \(bit) of \(bytes.count) bytes")
                    continue
                }
                read += 1
                // What is read in place is a COSE message, as everything else that is read.
                guard let message = try? COSESign1.decode(turned),
                    try statement == Statement(leaf: submission.leaf),
                    submission.manifest == message.unprotected[-65540]?.bytesValue,
                    (try? Self.agree(submission, turned)) ?? true
                else {
                    Issue.record("bit \(bit) of \(bytes.count) bytes")
                    return
                }
            }
        }
        // Of manifests, nonces, digests and signatures every bit may be either.
        #expect(read > 10_000)
    }

    /// Unprotected headers that no turned bit makes: with another length than the shortest, without
    /// one, with a label twice, and with text for a manifest.
    private static let wrongHeaders: [[UInt8]] = {
        let (label, value) = (CBOR.int(-65540).encoded(), CBOR.bytes([1]).encoded())
        return [
            [0xB8, 1] + label + value,
            [0xBF] + label + value + [0xFF],
            [0xA1, 0x3B, 0, 0, 0, 0, 0, 1, 0, 3] + value,
            [0xA1] + label + [0x58, 1, 1],
            [0xA1] + label + [0x5A, 0, 0, 0, 1, 1],
            [0xA1] + label + [0x5F, 0x41, 1, 0xFF],
            [0xA2] + label + value + label + value,
            [0xA1] + label + [0x61, 0x61],
        ]
    }()

    @Test mutating func aHeaderThatIsWrittenAnotherWayIsRefused() throws {
        let statement = try log.draft(log.manifest("photo")).sign(with: log.pop)
        let count = try COSESign1.decode(statement.leaf).protected.count
        let place = 2 + CBOR.headByteCount(argument: UInt64(count)) + count
        /// The leaf with other bytes in the place of its empty unprotected header.
        func submission(_ header: [UInt8]) throws(Refusal) -> Submission {
            var bytes = statement.leaf
            bytes.replaceSubrange(place...place, with: header)
            return try Submission(bytes)
        }
        #expect(statement.leaf[place] == 0xA0)
        let header = CBOR.map([-65540: .bytes([1])]).encoded()
        let read = try submission(header)
        #expect(try read.statement() == statement && read.manifest == [1])
        for header in Self.wrongHeaders {
            #expect(throws: Refusal.self, "\(header)") { try submission(header).statement() }
        }
    }

    @Test mutating func noPrefixIsRead() throws {
        for bytes in try usual() {
            for end in 0..<bytes.count
            where (try? Submission(Array(bytes[..<end])).statement()) != nil {
                Issue.record("\(end) of \(bytes.count) bytes")
            }
        }
    }

    /// Beyond 64 KiB nothing is read in place, and what is read is the same.
    @Test(arguments: [65_000, 65_536, 100_000])
    mutating func aLargeManifestIsReadAsASmallOne(byteCount: Int) throws {
        let statement = try log.draft(log.manifest("photo")).sign(with: log.pop)
        let manifest = [UInt8](repeating: 0x20, count: byteCount)
        let bytes = try TransparentStatement(statement, manifest: manifest).encoded()
        let submission = try Submission(bytes)
        #expect(try submission.statement() == statement)
        #expect(submission.manifest == manifest)
    }
}
