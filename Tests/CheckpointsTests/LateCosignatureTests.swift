import Checkpoints
import Encoding
import Testing

/// Cosignatures that arrive after a head is published.
@Suite struct LateCosignatureTests {
    private let origin: Text = "ledger.example/prints"
    private let head: SignedCheckpoint
    private let witnesses: [Cosigner]

    init() throws {
        head = try SignedCheckpoint(note(origin))
        witnesses = try (0..<16).map { try Cosigner(Text("w\($0).example")) }
    }

    private var keys: [VerifierKey] { witnesses.map(\.verifierKey) }

    private func line(_ witness: Int, at time: UInt64 = 1000) throws -> NoteSignature {
        try witnesses[witness].sign(head.note.text, at: time)
    }

    @Test func theOrderOfArrivalLeavesNoTrace() throws {
        let lines = try (0..<3).map { try line($0) }
        let atOnce = try head.adding(lines, of: keys)
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var one = head
            for place in order { one = try one.adding([lines[place]], of: keys) }
            #expect(one == atOnce)
        }
        #expect(atOnce.note.signatures == head.note.signatures + lines)
        #expect(atOnce.ownLines == head.note.signatures && atOnce.cosignatures == lines)
        #expect(try SignedCheckpoint(parsing: atOnce.encoded) == atOnce)
    }

    @Test func theLogsOwnLinesStayAsTheyAre() throws {
        let text = head.note.text
        let second = try signer(origin, key: "another").sign(text)
        let both = try SignedCheckpoint(
            SignedNote(text: text, signatures: head.note.signatures + [second]))
        let more = try both.adding([line(1), line(0)], of: keys)
        #expect(more.ownLines == both.note.signatures)
        #expect(more.note.signatures.prefix(2) == both.note.signatures[...])
    }

    @Test func theEarlierOfTwoLinesOfAKeyStays() throws {
        let (early, late) = try (line(0, at: 255), line(0, at: 256))
        for pair in [[early, late], [late, early]] {
            #expect(try head.adding(pair, of: keys).cosignatures == [early])
            let first = try head.adding([pair[0]], of: keys)
            #expect(try first.adding([pair[1]], of: keys).cosignatures == [early])
        }
        let once = try head.adding([early], of: keys)
        #expect(try once.adding([early], of: keys) == once)
    }

    @Test func onlyCosignaturesThatVerifyAreAdded() throws {
        let good = try line(0)
        var bytes = good.signature
        bytes[71] ^= 1
        let bad = try NoteSignature(name: good.name, keyID: good.keyID, signature: bytes)
        #expect(throws: CosignatureRefusal.badSignature(keys[0])) {
            try head.adding([line(1), bad], of: keys)
        }
        let other = try witnesses[0].sign(Array("another text\n".utf8), at: 1000)
        #expect(throws: CosignatureRefusal.badSignature(keys[0])) {
            try head.adding([other], of: keys)
        }
        #expect(throws: CosignatureRefusal.unknownKey(good)) {
            try head.adding([good], of: Array(keys.dropFirst()))
        }
    }

    @Test func aLineUnderTheLogsNameIsNotAdded() throws {
        let pretender = try Cosigner(origin, key: "pretender")
        #expect(throws: CosignatureRefusal.logLine) {
            try head.adding(
                [pretender.sign(head.note.text, at: 1)], of: [pretender.verifierKey])
        }
        #expect(throws: CosignatureRefusal.logLine) {
            try head.adding(head.note.signatures, of: keys)
        }
    }

    /// A type that cannot be verified here is carried: a reader may be able to.
    @Test func aLineOfAKnownKeyOfAnotherTypeIsCarried() throws {
        let key = try vkey("q.example+00000002+" + Base64.encode([0xFF] + bytes("witness")))
        let line = try NoteSignature(name: "q.example", keyID: 2, signature: [1])
        #expect(try head.adding([line], of: [key]).cosignatures == [line])
    }

    @Test func aNoteKeepsToTheLinesThatEveryReaderTakes() throws {
        let lines = try (0..<16).map { try line($0) }
        let full = try head.adding(Array(lines[..<15]), of: keys)
        #expect(full.note.signatures.count == SignedCheckpoint.maximumLineCount)
        #expect(throws: CosignatureRefusal.tooManyLines(limit: 16)) {
            try full.adding([lines[15]], of: keys)
        }
        // Another line of a key that is there takes no place.
        #expect(try full.adding([line(3, at: 1)], of: keys).cosignatures.count == 15)
    }
}
