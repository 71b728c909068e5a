import Checkpoints
import Crypto
import Encoding
import Merkle
import TestSupport
import Testing

@Suite(
    "published vectors (skipped where ../shared/vectors is missing)",
    .enabled(if: try Vectors.arePresent))
struct VectorTests {
    private let vectors: NoteVectors

    init() throws {
        vectors = try NoteVectors.read()
    }

    @Test func theSpecificationsNoteVerifies() throws {
        let example = vectors.c2sp_signed_note_example
        let note = try SignedNote(parsing: bytes(example.note))
        let key = try vkey(example.vkey)
        #expect(key.description == example.vkey)
        #expect(note.text == bytes("This is an example message.\n"))
        #expect(key.verify(note) == .valid)
    }

    @Test func bothSignaturesOfGosNoteVerify() throws {
        let go = vectors.go_x_mod_note
        let note = try SignedNote(parsing: bytes(go.note_both))
        #expect(note.text == bytes(go.text))
        #expect(note.encoded == bytes(go.note_both))
        #expect(note.signatures.map(\.name) == ["PeterNeumann", "EnochRoot"])
        for string in go.vkeys.values {
            #expect(try vkey(string).verify(note) == .valid)
        }
    }

    @Test func gosSigningKeyMakesGosSignature() throws {
        let go = vectors.go_x_mod_note
        let parts = go.skey_peter.split(separator: "+", maxSplits: 4)
        let secret = try #require(Base64.decode(String(parts[4])))
        #expect(secret[0] == 0x01)
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: secret.dropFirst())
        let signer = try NoteSigner(name: Text(String(parts[2])), key: .ed25519(key))
        #expect(signer.verifierKey.description == go.vkeys["PeterNeumann"])
        let signature = try signer.sign(bytes(go.text))
        #expect(signer.verifierKey.verify(signature, over: bytes(go.text)) == .valid)
        #if os(Linux)
            // RFC 8032 signatures have one value; Apple's are randomised.
            #expect(try SignedNote(parsing: bytes(go.note_both)).signatures[0] == signature)
        #endif
    }

    @Test func gosBadKeysAreRefused() throws {
        for string in vectors.go_x_mod_note.bad_vkeys {
            #expect(throws: VerifierKeyError.self, "\(string)") { try vkey(string) }
        }
    }

    @Test func theReferenceRootsMakeCheckpoints() throws {
        let tree = vectors.rfc6962_reference_tree
        for (size, hex) in tree.roots_by_size_hex.enumerated() {
            let root = try #require(Hex.decode(hex).flatMap { Hash($0) })
            let checkpoint = try Checkpoint(origin: "a", size: UInt64(size), root: root)
            #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
        }
    }

    @Test func theFirstReferenceLeafIsProvenByAFile() throws {
        let tree = vectors.rfc6962_reference_tree
        let leaves = try tree.leaf_inputs_hex.map { Hash.leaf(try #require(Hex.decode($0))) }
        let root = try #require(Hex.decode(tree.roots_by_size_hex[2]).flatMap { Hash($0) })
        let proof = try TLogProof(
            inclusion: InclusionProof(leafIndex: 0, treeSize: 2, path: [leaves[1]]),
            signed: SignedCheckpoint(note(size: 2, root: root)))
        let policy = try TrustPolicy(
            logs: [.init(key: signer("ledger.example/prints").verifierKey)])
        let read = try TLogProof(parsing: proof.encoded)
        #expect(try read.verify(leaf: leaves[0], by: policy).checkpoint.root == root)
    }

    @Test func theTilePathsAreTheSpecifications() throws {
        let path = vectors.tlog_tiles_path_examples.index_1234067
        let tile = TilePath.tile(TileID(level: 0, index: 1_234_067), width: 256)
        #expect(tile.description == "tile/0/\(path)")
        #expect(try TilePath(parsing: "tile/0/\(path)") == tile)
    }

    /// The other implementation's sample has this shape, with a checkpoint that is none.
    @Test func aProofWithoutHashesHasTheSampleShape() throws {
        let sample = vectors.tlog_proof_marshal.empty_hashes
        let note = try note(size: 1, root: Hash.leaf([]))
        let proof = try TLogProof(
            inclusion: InclusionProof(leafIndex: 0, treeSize: 1, path: []),
            signed: SignedCheckpoint(note))
        let expected = sample.replacing(
            "checkpoint\n", with: String(decoding: note.encoded, as: UTF8.self))
        #expect(proof.encoded == bytes(expected))
    }
}
