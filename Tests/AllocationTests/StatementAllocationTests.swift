import AllocationCounter
import Checkpoints
import Crypto
import Encoding
import Manifests
import Merkle
import Provenance
import Testing

/// How often reading, checking and answering one statement allocates; see
/// ``TreeAllocationTests`` for what to do about a number that changes.
@Suite(.enabled(if: allocations_are_counted(), "needs glibc and no sanitizer"))
struct StatementAllocationTests {
    private let key: SigningKey
    private let verificationKey: VerificationKey
    private let statement: Statement
    private let manifest: [UInt8]
    private let file: [UInt8]

    init() throws {
        key = .ed25519(
            try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 7, count: 32)))
        verificationKey = try key.publicKey.verificationKey()
        let issuer: Text = "https://pops.example/berlin"
        let predicate: JSON.Object = [
            "event": "capture",
            "creator": ["name": "Ana Example"],
            "pop": .string(issuer),
            "capturedAt": ["at": "2025-10-09T10:10:00+02:00", "clock": "gnss"],
            "record": ["lang": "en", "title": "The garden"],
        ]
        let subject = Subject(
            name: "garden.jpg", digest: .sha256(Array("garden".utf8)), mediaType: "image/jpeg")
        let manifest = try Manifest.provenance(
            of: [subject], predicate, nonce: Array(repeating: 1, count: 16))
        statement = try StatementDraft(
            manifest: manifest, issuer: issuer, subject: "urn:example:garden", audience: nil,
            issuedAt: 1_760_000_000, claimID: Array(repeating: 2, count: 16)
        ).sign(with: key)
        self.manifest = manifest.bytes
        file = try TransparentStatement(statement, manifest: manifest.bytes).encoded()
    }

    /// One array for each part that is kept (header, payload, signature, four texts, digests),
    /// and the lists of the header's members while it is read.
    @Test func readingAStatementAllocatesSixteenTimes() throws {
        let leaf = statement.leaf
        #expect(try allocations { try Statement(leaf: leaf) } == 16)
    }

    /// An audit reads each leaf of a log so.
    @Test func readingALeafInPlaceDoesNotAllocate() {
        let leaf = statement.leaf
        #expect(allocations { LeafFields(leaf.span) != nil } == 0)
    }

    /// What is beside a statement costs its own array, its list, and the leaf without it.
    @Test func readingAFileAllocatesThreeTimesMore() throws {
        let file = file
        #expect(try allocations { try TransparentStatement(file) } == 16 + 3)
    }

    /// The parsed JSON: an array for each text and each object, which grows with its members.
    @Test func readingAManifestAllocatesNoMoreThanBefore() throws {
        let manifest = manifest
        let count = try allocations { try Manifest(manifest) }
        #expect(count <= 58, "\(count) allocations")
    }

    /// The parts that are kept, the leaf without its manifest, and the hasher: what is sent in the
    /// usual form is read in place.
    @Test func readingASubmissionAllocatesTenTimes() throws {
        let file = file
        #expect(try allocations { try Submission(file).statement() } == 10)
    }

    /// The digest as bytes, and the Sig_structure around it; the check itself allocates nothing.
    @Test func checkingASignatureAllocatesTwice() throws {
        let count = try allocations {
            try Registry.checkSignature(of: statement, by: verificationKey)
        }
        #expect(count == 2)
    }

    /// The path and the receipt, which the proof is written into.
    @Test func aReceiptIsTwoArrays() throws {
        let leaves = (0..<4096).map { Hash.leaf([UInt8($0 >> 8), UInt8($0 & 255)]) }
        let tree = TreeExtension(of: CompactRange(), adding: leaves)
        let head = try HeadReceipt(
            origin: "ledger.example/prints", root: tree.root, time: 1_760_000_000,
            note: Array(repeating: 0x61, count: 200), key: key)
        #expect(allocations { head.receipt(tree.inclusionProof(of: 1234)) } == 2)
    }
}
