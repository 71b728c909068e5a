import Checkpoints
import Crypto
import Encoding
import Testing

@Suite struct VerifierKeyTests {
    private static let good = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"

    @Test func aKeyIsReadAndWritten() throws {
        let key = try vkey(Self.good)
        #expect(key.name == "EnochRoot")
        #expect(key.keyID == 0xAF0C_FE78)
        #expect(key.kind == .log)
        #expect(key.publicKey.count == 32)
        #expect(key.description == Self.good)
        #expect(try VerifierKey(name: key.name, ed25519: key.publicKey, kind: .log) == key)
    }

    @Test func aChangedCharacterGivesNoKeyThatVerifies() {
        let good = bytes(Self.good)
        for offset in good.indices {
            for byte in [good[offset] ^ 1, good[offset] &+ 1, UInt8(ascii: "+"), 0x20] {
                var changed = good
                changed[offset] = byte
                guard changed != good, let text = Text(utf8: changed) else { continue }
                // Type 0x05 has no rule for its ID, and nothing is verified with it.
                let key = try? VerifierKey(parsing: text)
                #expect(key == nil || key?.kind == .other(0x05), "\(text)")
            }
        }
    }

    @Test func noPartOfAKeyIsAKey() {
        for start in Self.good.indices {
            for end in Self.good.indices where start < end {
                #expect(throws: VerifierKeyError.self) { try vkey("\(Self.good[start..<end])") }
            }
        }
    }

    @Test func everyRuleHasItsOwnError() {
        let key = "ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
        let broken: [(String, VerifierKeyError)] = [
            ("", .malformed),
            ("EnochRoot+af0cfe78", .malformed),
            ("+af0cfe78+\(key)", .malformedName),
            ("Enoch Root+af0cfe78+\(key)", .malformedName),
            ("EnochRoot+AF0CFE78+\(key)", .malformedKeyID),
            ("EnochRoot+af0cfe7+\(key)", .malformedKeyID),
            ("EnochRoot+0af0cfe78+\(key)", .malformedKeyID),
            ("EnochRoot+af0cfe78+", .malformedBase64),
            ("EnochRoot+af0cfe78+\(key)=", .malformedBase64),
            ("EnochRoot+af0cfe78+AQ==", .malformedBase64),
            ("EnochRoot+af0cfe78+AQE=", .wrongKeyLength(1, expected: 32)),
            ("EnochRoot+af0cfe78+BgE=", .wrongKeyLength(1, expected: 1312)),
            ("EnochRoot+af0cfe78+A2o=", .unassignedType(0x03)),
            ("EnochRoot+af0cfe78++mo=", .unassignedType(0xFA)),
            ("EnochRoot+af0cfe79+\(key)", .wrongKeyID(0xAF0C_FE79, expected: 0xAF0C_FE78)),
        ]
        for (string, error) in broken {
            #expect(throws: error, "\(string)") { try vkey(string) }
        }
        #expect(throws: VerifierKeyError.wrongKeyID(0xAF0C_FE78, expected: 0xFD70_0D79)) {
            try vkey("Enochroot+af0cfe78+\(key)")
        }
    }

    @Test func keysThatProveNothingAreRefused() {
        // The neutral point, and a y that is not below p.
        let smallOrder: [UInt8] = [1] + Array(repeating: 0, count: 31)
        let notCanonical: [UInt8] = [0xF0] + Array(repeating: 0xFF, count: 30) + [0x7F]
        for bytes in [smallOrder, notCanonical] {
            #expect(throws: VerifierKeyError.unusableKey) {
                try VerifierKey(name: "a", ed25519: bytes, kind: .log)
            }
        }
        #expect(throws: VerifierKeyError.notEd25519) {
            try VerifierKey(name: "a", ed25519: smallOrder, kind: .other(6))
        }
    }

    @Test func oneKeyHasAnotherIDForEachNameAndType() throws {
        let key = Array(try privateKey("one").publicKey.rawRepresentation)
        let ids = try ["a", "b"].flatMap { name in
            try [VerifierKey.Kind.log, .cosigner].map { kind in
                try VerifierKey(name: Text(name), ed25519: key, kind: kind).keyID
            }
        }
        #expect(Set(ids).count == 4)
    }

    @Test func typesThatAreOnlyCarriedAreReadAndWritten() throws {
        for type in [0x02, 0x05, 0xFF] as [UInt8] {
            let id = type == 0x02 ? "4bf5122f" : "00000001"
            let string = "a+\(id)+" + Base64.encode([type, 1])
            let key = try vkey(string)
            #expect(key.kind == .other(type))
            #expect(key.description == string)
        }
        #expect(throws: VerifierKeyError.wrongKeyID(1, expected: 0x4BF5_122F)) {
            try vkey("a+00000001+AgE=")
        }
    }

    @Test func onlyNameAndIDTogetherChooseAKey() throws {
        let log = try signer("a")
        let note = try log.note(Checkpoint(origin: "a", size: 7, root: someRoot))
        #expect(log.verifierKey.verify(note) == .valid)
        #expect(try signer("a", key: "other").verifierKey.verify(note) == .absent)
        #expect(try signer("b", key: "a").verifierKey.verify(note) == .absent)
        let alien = try NoteSignature(
            name: "b", keyID: log.verifierKey.keyID, signature: note.signatures[0].signature)
        #expect(log.verifierKey.verify(try note.adding([alien])) == .valid)
    }

    @Test func oneBadLineOfAKeySpoilsItsGoodOne() throws {
        let log = try signer("a")
        let note = try log.note(Checkpoint(origin: "a", size: 7, root: someRoot))
        let bad = try NoteSignature(
            name: "a", keyID: log.verifierKey.keyID, signature: Array(repeating: 1, count: 64))
        #expect(log.verifierKey.verify(try note.adding([bad])) == .invalid)
        let first = try SignedNote(text: note.text, signatures: [bad] + note.signatures)
        #expect(log.verifierKey.verify(first) == .invalid)
        let twice = try SignedNote(text: note.text, signatures: note.signatures + note.signatures)
        #expect(log.verifierKey.verify(twice) == .valid)
    }

    @Test func onlyEd25519KeysSignNotes() throws {
        #expect(throws: VerifierKeyError.notEd25519) {
            try NoteSigner(name: "a", key: .es256(P256.Signing.PrivateKey()))
        }
        #expect(throws: VerifierKeyError.malformedName) { try signer("a+b") }
    }

    @Test func aSignatureOfAnyOtherLengthIsInvalid() throws {
        let log = try signer("a")
        let text = bytes("text\n")
        let good = try log.sign(text).signature
        for signature in [Array(good.dropLast()), good + [0], [0]] {
            let line = try NoteSignature(
                name: "a", keyID: log.verifierKey.keyID, signature: signature)
            #expect(log.verifierKey.verify(line, over: text) == .invalid)
        }
    }
}
