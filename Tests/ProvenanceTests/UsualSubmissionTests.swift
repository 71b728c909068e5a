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
                guard try statement == Statement(leaf: submission.leaf),
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
