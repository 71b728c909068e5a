import Checkpoints
import Encoding
import Testing

@Suite struct SignedNoteTests {
    private static let line = "— a.example AAAAAAE=\n"

    private func parse(_ string: String) throws -> SignedNote {
        try SignedNote(parsing: bytes(string))
    }

    @Test func aNoteIsTextAndLines() throws {
        let note = try parse("one\n\ntwo\n\n" + Self.line + "— Bjørn AAAAAgME\n")
        #expect(note.text == bytes("one\n\ntwo\n"))
        #expect(note.signatures.map(\.name) == ["a.example", "Bjørn"])
        #expect(note.signatures.map(\.keyID) == [0, 2])
        #expect(note.signatures.map(\.signature) == [[1], [3, 4]])
    }

    @Test(arguments: ["t\n\n", "\n\n", "a\n\n\nb\n\n\n", "é\n\n"])
    func readingAndWritingKeepsEveryByte(text: String) throws {
        let input = text + Self.line + Self.line
        #expect(try parse(input).encoded == bytes(input))
    }

    @Test(arguments: 0..<0x20)
    func controlCharactersAreRefusedEverywhere(byte: UInt8) throws {
        guard byte != 0x0A else { return }
        let note = bytes("text\n\n" + Self.line)
        for offset in 0...note.count {
            var changed = note
            changed.insert(byte, at: offset)
            #expect(throws: NoteError.controlCharacter(offset: offset)) {
                try SignedNote(parsing: changed)
            }
        }
    }

    @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] as [[UInt8]])
    func whatIsNotUTF8IsRefused(sequence: [UInt8]) {
        #expect(throws: NoteError.notUTF8) {
            try SignedNote(parsing: sequence + bytes("text\n\n" + Self.line))
        }
    }

    @Test func everyRuleOfTheFormatHasItsOwnError() throws {
        let broken: [(String, NoteError)] = [
            ("", .noBlankLine),
            ("text\n" + Self.line, .noBlankLine),
            ("text\n\n", .noSignatures),
            ("text\n\n" + Self.line + "\n", .noSignatures),
            ("text\n\n" + Self.line.dropLast(), .unterminated),
            ("text\n\n- a.example AAAAAAE=\n", .malformedSignatureLine),
            ("text\n\n—a.example AAAAAAE=\n", .malformedSignatureLine),
            ("text\n\n— a.example\n", .malformedSignatureLine),
            ("text\n\n" + Self.line + "more\n", .malformedSignatureLine),
            ("text\n\n—  AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a b AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a+b AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a\u{A0}b AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a\u{2003}b AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a\u{85}b AAAAAAE=\n", .malformedKeyName),
            ("text\n\n— a.example AAAAAAF=\n", .malformedBase64),
            ("text\n\n— a.example AAAAAAE\n", .malformedBase64),
            ("text\n\n— a.example AAAAAA-_\n", .malformedBase64),
            ("text\n\n— a.example AAAAAAE=AAAA\n", .malformedBase64),
            ("text\n\n— a.example AAAAAA==\n", .emptySignature),
            ("text\n\n— a.example AAAA\n", .emptySignature),
            ("text\n\n— a.example \n", .emptySignature),
        ]
        for (input, error) in broken {
            #expect(throws: error, "\(input.debugDescription)") { try parse(input) }
        }
    }

    @Test func aHundredSignaturesAreReadAndNoMore() throws {
        let hundred = String(repeating: Self.line, count: 100)
        #expect(try parse("text\n\n" + hundred).signatures.count == 100)
        #expect(throws: NoteError.tooManySignatures(limit: 100)) {
            try parse("text\n\n" + hundred + Self.line)
        }
    }

    @Test func sixteenPostQuantumSignaturesFit() throws {
        let signature = try NoteSignature(
            name: "quantum.example", keyID: 1, signature: Array(repeating: 7, count: 5000))
        let note = try SignedNote(
            text: bytes("text\n"), signatures: Array(repeating: signature, count: 16))
        #expect(try SignedNote(parsing: note.encoded) == note)
    }

    @Test func aNoteOf128KiBIsReadAndOneByteMoreIsNot() throws {
        let limit = 128 * 1024
        let rest = "\n\n" + Self.line
        let text = String(repeating: "x", count: limit - rest.utf8.count)
        #expect(try parse(text + rest).encoded.count == limit)
        #expect(throws: NoteError.tooLong(limit + 1, limit: limit)) { try parse("x" + text + rest) }
        let signatures = try parse(rest).signatures
        #expect(throws: NoteError.tooLong(limit + 1, limit: limit)) {
            try SignedNote(text: bytes("x" + text + "\n"), signatures: signatures)
        }
    }

    @Test func aNoteIsPutTogetherFromFitPartsOnly() throws {
        let signature = try NoteSignature(name: "a", keyID: 0, signature: [1])
        #expect(throws: NoteError.noSignatures) {
            try SignedNote(text: bytes("text\n"), signatures: [])
        }
        for text in ["", "text"] {
            #expect(throws: NoteError.unterminated) {
                try SignedNote(text: bytes(text), signatures: [signature])
            }
        }
        #expect(throws: NoteError.controlCharacter(offset: 0)) {
            try SignedNote(text: bytes("\r\n"), signatures: [signature])
        }
        #expect(throws: NoteError.malformedKeyName) {
            try NoteSignature(name: "", keyID: 0, signature: [1])
        }
        #expect(throws: NoteError.emptySignature) {
            try NoteSignature(name: "a", keyID: 0, signature: [])
        }
    }

    @Test func addingALineTwiceAddsItOnce() throws {
        let note = try parse("text\n\n" + Self.line)
        let more = try NoteSignature(name: "b", keyID: 9, signature: [1])
        let both = try note.adding([more, more]).adding(note.signatures)
        #expect(both.signatures == note.signatures + [more])
    }
}
