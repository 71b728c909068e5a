import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// What is read of a leaf in place: it must never have fields where ``Statement`` would refuse.
@Suite struct LeafFieldsTests {
    private static let foreign: Text = "https://example.org/type/v1"

    private var log: MemoryLedger

    init() throws {
        log = try MemoryLedger()
    }

    /// One leaf of each usual form.
    private mutating func usual() throws -> [[UInt8]] {
        let plain = log.draft(try log.manifest("photo"))
        var addressed = plain
        addressed.audience = log.origin.text
        var first = addressed
        first.chain = try Chain(id: log.nonce(), sequence: 0, previous: .zero)
        var later = plain
        later.chain = try Chain(id: log.nonce(), sequence: 300, previous: .sha256([7]))
        let drafts = [plain, addressed, first, later]
        var leaves = try drafts.map { try $0.sign(with: log.pop).leaf }
        leaves.append(try plain.sign(with: log.values.es256("es")).leaf)
        var several = try StatementBytes(plain.sign(with: log.pop), log.pop)
        several.set(-65537, .array((0..<30).map { .bytes(Hash.sha256([$0]).bytes) }))
        several.set(-65539, .text(Self.foreign))
        leaves.append(try several.encoded())
        return leaves
    }

    private static func fields(_ leaf: [UInt8]) -> LeafFields? { LeafFields(leaf.span) }

    /// Whether what was found in place is what the statement says; the leaf must be one.
    private static func agree(_ fields: LeafFields, _ leaf: [UInt8]) throws -> Bool {
        let statement = try Statement(leaf: leaf)
        guard case .envelope(let payload, let artifacts, let predicate) = statement.body else {
            return false
        }
        let chain = fields.sequence.flatMap { sequence in
            try? Chain(
                id: Array(leaf[fields.chainID ?? 0..<0]), sequence: sequence,
                previous: Hash(leaf[fields.previous ?? 0..<0]) ?? .zero)
        }
        return fields.algorithm == statement.algorithm
            && fields.issuedAt == statement.issuedAt && chain == statement.chain
            && Hash(leaf[fields.keyID]) == statement.keyID
            && Array(leaf[fields.issuer]) == statement.issuer.utf8
            && Array(leaf[fields.subject]) == statement.subject.utf8
            && fields.audience.map { Array(leaf[$0]) } == statement.audience?.utf8
            && Array(leaf[fields.claimID]) == statement.claimID
            && Array(leaf[fields.predicate]) == predicate.utf8
            && Hash(leaf[fields.payload]) == payload
            && (0..<fields.artifactCount).map { Hash(leaf[fields.artifact($0)]) } == artifacts
            && Array(leaf[fields.signature]) == statement.signature
            && COSESign1.toBeSigned(
                protected: Array(leaf[fields.protected]), payload: payload.bytes)
                == statement.toBeSigned
    }

    @Test mutating func everyUsualFormIsReadInPlace() throws {
        for leaf in try usual() {
            let fields = try #require(Self.fields(leaf))
            #expect(try Self.agree(fields, leaf))
        }
    }

    @Test(arguments: StatementFault.headers + StatementFault.claims + StatementFault.encodings)
    func whatAStatementRefusesHasNoFields(_ fault: StatementFault) throws {
        var log = log
        let statement = try log.draft(log.manifest("photo")).sign(with: log.pop)
        var wrong = try StatementBytes(statement, log.pop)
        try fault.make(&wrong)
        #expect(Self.fields(try wrong.encoded()) == nil)
    }

    /// Each bit of each usual leaf is turned over, which a hostile ledger may do as well.
    @Test mutating func noLeafWithATurnedBitHasFieldsThatItsStatementHasNot() throws {
        var readInPlace = 0
        for leaf in try usual() {
            for bit in 0..<(8 * leaf.count) {
                var turned = leaf
                turned[bit / 8] ^= 1 << UInt8(bit % 8)
                guard let fields = Self.fields(turned) else { continue }
                readInPlace += 1
                guard (try? Self.agree(fields, turned)) == true else {
                    Issue.record("bit \(bit) of a leaf of \(leaf.count) bytes")
                    return
                }
            }
        }
        // Of nonces, digests and signatures every bit may be either.
        #expect(readInPlace > 5000)
    }

    @Test mutating func noPrefixOfALeafHasFields() throws {
        for leaf in try usual() {
            for end in 0..<leaf.count where Self.fields(Array(leaf[..<end])) != nil {
                Issue.record("\(end) of \(leaf.count) bytes")
            }
        }
    }

    @Test mutating func controlStatementsAreNotReadInPlace() throws {
        #expect(Self.fields(log.leaves[0]) == nil)
        #expect(Self.fields(log.leaves[1]) == nil)
    }

    /// Fields are found in 8 KiB at most, as a statement over a digest may have.
    @Test mutating func aLeafOfMoreThan8KiBHasNoFields() throws {
        var large = try StatementBytes(
            log.draft(log.manifest("photo")).sign(with: log.pop), log.pop)
        large.set(-65539, .text(Text("https://" + String(repeating: "a", count: 9000))))
        let leaf = try large.encoded()
        #expect(Self.fields(leaf) == nil)
        #expect(refusal { _ = try Statement(leaf: leaf) }?.reason == .tooLarge)
    }
}
