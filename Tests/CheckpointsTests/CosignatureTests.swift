import Checkpoints
import Encoding
import Testing

@Suite struct CosignatureTests {
    @Test func theMessageIsThatOfTheSpecification() {
        let text = bytes(
            """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            """)
        #expect(
            Cosignature.message(text: text, time: 1_679_315_147)
                == bytes(
                    """
                    cosignature/v1
                    time 1679315147
                    example.com/behind-the-sofa
                    20852163
                    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                    """))
    }

    @Test(arguments: [1, 1_679_315_147, UInt64(Int64.max)])
    func aCosignatureSaysWhen(time: UInt64) throws {
        let witness = try Cosigner("w.example")
        let note = try note(cosigned: [(witness, time)])
        #expect(witness.verifierKey.verify(note) == .cosigned(time: time))
    }

    @Test(arguments: [0, UInt64(Int64.max) + 1, .max])
    func timesThatClaimNothingAreInvalid(time: UInt64) throws {
        let witness = try Cosigner("w.example")
        #expect(witness.verifierKey.verify(try note(cosigned: [(witness, time)])) == .invalid)
    }

    @Test func anotherTimeThanTheSignedOneIsInvalid() throws {
        let witness = try Cosigner("w.example")
        let text = try note().text
        let good = try witness.sign(text, at: 1000)
        for offset in 0..<8 {
            for bit in 0..<8 {
                var changed = good.signature
                changed[offset] ^= 1 << UInt8(bit)
                let line = try NoteSignature(
                    name: good.name, keyID: good.keyID, signature: changed)
                #expect(witness.verifierKey.verify(line, over: text) == .invalid)
            }
        }
    }

    @Test func ofTwoTimesTheEarlierCounts() throws {
        let witness = try Cosigner("w.example")
        let twice = try note(cosigned: [(witness, 2000), (witness, 1000), (witness, 3000)])
        #expect(witness.verifierKey.verify(twice) == .cosigned(time: 1000))
    }

    @Test func aLogsSignatureIsNoCosignatureOfTheSameKey() throws {
        let log = try signer("a")
        let witness = try Cosigner("a")
        let text = bytes("a\n0\n")
        #expect(log.verifierKey.publicKey == witness.verifierKey.publicKey)
        let line = try NoteSignature(
            name: "a", keyID: witness.verifierKey.keyID,
            signature: Array(repeating: 0, count: 7) + [1] + log.sign(text).signature)
        #expect(witness.verifierKey.verify(line, over: text) == .invalid)
    }

    @Test func bytesAreReadAndWritten() throws {
        let input = [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB] + Array(repeating: 9 as UInt8, count: 64)
        let cosignature = try Cosignature(input)
        #expect(cosignature.time == 1_679_315_147)
        #expect(cosignature.encoded == input)
    }

    @Test func everyRuleHasItsOwnError() {
        for count in [0, 8, 64, 71, 73, 2428] {
            #expect(throws: CosignatureError.wrongLength(count)) {
                try Cosignature(Array(repeating: 1, count: count))
            }
        }
        #expect(throws: CosignatureError.noTime) {
            try Cosignature(Array(repeating: 0, count: 72))
        }
        #expect(throws: CosignatureError.timeTooLarge(.max)) {
            try Cosignature(Array(repeating: 0xFF, count: 72))
        }
        #expect(throws: CosignatureError.wrongLength(71)) {
            try Cosignature(time: 1, signature: Array(repeating: 0, count: 63))
        }
    }
}
