import Checkpoints
import Encoding
import Merkle
import Testing

/// The one rule by which the keys of a log open a checkpoint.
@Suite struct SignedCheckpointTests {
    private typealias Term = KeyHistory<VerifierKey>.Term

    private let origin: Text = "ledger.example/prints"
    private let old: NoteSigner
    private let new: NoteSigner
    private let witness: Cosigner

    init() throws {
        old = try signer(origin, key: "old")
        new = try signer(origin, key: "new")
        witness = try Cosigner("w.example")
    }

    /// A head of size 7 that these have signed.
    private func head(_ signers: NoteSigner..., more: [NoteSignature] = []) throws
        -> SignedCheckpoint
    {
        let text = try Checkpoint(origin: origin, size: 7, root: someRoot).text
        let lines = try signers.map { try $0.sign(text) }
        return try SignedCheckpoint(SignedNote(text: text, signatures: lines + more))
    }

    private func term(_ signer: NoteSigner, _ first: UInt64 = 0, _ last: UInt64? = nil) -> Term {
        Term(key: signer.verifierKey, firstSize: first, lastSize: last)
    }

    /// The line with one bit of its signature changed.
    private func damaged(_ line: NoteSignature) throws -> NoteSignature {
        var bytes = line.signature
        bytes[bytes.count - 1] ^= 1
        return try NoteSignature(name: line.name, keyID: line.keyID, signature: bytes)
    }

    @Test func aKeyInForceOpensACheckpoint() throws {
        let head = try head(old)
        let verified = try head.open(
            as: origin, by: [term(old)], about: (size: 7, root: someRoot))
        #expect(verified.checkpoint == head.claim)
        #expect(verified.signers == [old.verifierKey])
        #expect(try SignedCheckpoint(parsing: head.encoded) == head)
    }

    /// Every place of size 7 in or beside a term.
    @Test(
        arguments: [
            (0, 7, true), (0, 6, false), (7, 7, true), (8, 9, false), (7, nil, true),
            (8, nil, false),
        ] as [(UInt64, UInt64?, Bool)])
    func aKeyOpensTheSizesOfItsTerm(first: UInt64, last: UInt64?, opens: Bool) throws {
        let head = try head(old)
        let terms = [term(old, first, last)]
        if opens {
            #expect(try head.open(as: origin, by: terms).signers == [old.verifierKey])
        } else {
            #expect(throws: CheckpointRefusal.notInForce(old.verifierKey)) {
                try head.open(as: origin, by: terms)
            }
        }
    }

    @Test func bothKeysOfARotationAreSigners() throws {
        let both = try head(old, new)
        let overlapping = [term(old, 0, 9), term(new, 5)]
        #expect(
            try both.open(as: origin, by: overlapping).signers
                == [old.verifierKey, new.verifierKey])
        for signer in [old, new] {
            let signers = try head(signer).open(as: origin, by: overlapping).signers
            #expect(signers == [signer.verifierKey])
        }
        // After the handover the old key's word is refused, also beside the new one's.
        #expect(throws: CheckpointRefusal.notInForce(old.verifierKey)) {
            try both.open(as: origin, by: [term(old, 0, 6), term(new, 7)])
        }
    }

    @Test func aKeyMayComeBackInALaterTerm() throws {
        let terms = [term(old, 0, 3), term(new, 4, 5), term(old, 6)]
        #expect(try head(old).open(as: origin, by: terms).signers == [old.verifierKey])
    }

    /// The line that is bad stands first or last, and its key is in force or not.
    @Test(arguments: [nil, 6] as [UInt64?], [true, false])
    func anInvalidLineOfAKnownKeyRefusesTheWholeNote(last: UInt64?, isFirst: Bool) throws {
        let text = try head(old).note.text
        let lines = try [damaged(old.sign(text)), new.sign(text)]
        let bad = try SignedCheckpoint(
            SignedNote(text: text, signatures: isFirst ? lines : lines.reversed()))
        #expect(throws: CheckpointRefusal.badSignature(old.verifierKey)) {
            try bad.open(as: origin, by: [term(old, 0, last), term(new)])
        }
        // Who does not know the key cannot tell.
        #expect(try bad.open(as: origin, by: [term(new)]).signers == [new.verifierKey])
    }

    @Test func aNoteThatNoKnownKeySignedIsNobodysWord() throws {
        #expect(throws: CheckpointRefusal.unknownKey) {
            try head(old).open(as: origin, by: [term(new)])
        }
        #expect(throws: CheckpointRefusal.unknownKey) { try head(old).open(as: origin, by: []) }
    }

    @Test func aCosignatureMakesNoHead() throws {
        let text = try head(old).note.text
        let seen = try SignedCheckpoint(
            SignedNote(text: text, signatures: [witness.sign(text, at: 5)]))
        #expect(throws: CheckpointRefusal.unknownKey) {
            try seen.open(as: origin, by: [Term(key: witness.verifierKey)])
        }
    }

    @Test func aCheckpointOfAnotherLogIsRefused() throws {
        #expect(throws: CheckpointRefusal.otherOrigin(origin, expected: "other.example")) {
            try head(old).open(as: "other.example", by: [term(old)])
        }
        let stranger = try signer("other.example")
        #expect(throws: CheckpointRefusal.unknownKey) {
            try head(stranger).open(as: origin, by: [term(stranger)])
        }
    }

    @Test func anotherTreeIsRefusedWhoeverSigned() throws {
        for terms in [[term(old)], []] {
            #expect(throws: CheckpointRefusal.otherSize(7, expected: 8)) {
                try head(old).open(as: origin, by: terms, about: (size: 8, root: someRoot))
            }
            #expect(throws: CheckpointRefusal.otherRoot) {
                try head(old).open(as: origin, by: terms, about: (size: 7, root: .emptyTree))
            }
        }
    }

    @Test func aTextThatIsNoNoteIsNoCheckpoint() {
        #expect(throws: SignedCheckpointError.note(.noBlankLine)) {
            try SignedCheckpoint(parsing: bytes("hello"))
        }
    }
}
