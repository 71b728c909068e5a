import Checkpoints
import Encoding
import Testing

/// One changed byte of a note, whatever it does to its lines, never makes the key vouch for it.
@Suite struct MutationTests {
    private let log: VerifierKey
    private let witness: Cosigner
    private let good: [UInt8]

    init() throws {
        log = try signer("ledger.example/prints").verifierKey
        witness = try Cosigner("w.example")
        good = try note(cosigned: [(witness, 1_700_000_000)]).encoded
    }

    @Test func noChangedByteOfTheTextVerifies() throws {
        let text = try SignedNote(parsing: good).text
        for offset in text.indices {
            for byte in 0...255 as ClosedRange<UInt8> where byte != good[offset] {
                var changed = good
                changed[offset] = byte
                guard let note = try? SignedNote(parsing: changed) else { continue }
                #expect(note.text != text)
                #expect(log.verify(note) == .invalid)
                #expect(witness.verifierKey.verify(note) == .invalid)
            }
        }
    }

    @Test func noChangedByteOfALineVerifiesThere() throws {
        let note = try SignedNote(parsing: good)
        let logLine = note.text.count + 1..<note.text.count + 1 + note.signatures[0].line.count
        for offset in note.text.count..<good.count {
            let near = [good[offset] ^ 0x01, good[offset] ^ 0x80]
            for byte in near + [0x00, 0x0A, 0x20, 0x2B, 0x41, 0x3D] {
                guard byte != good[offset] else { continue }
                var changed = good
                changed[offset] = byte
                guard let other = try? SignedNote(parsing: changed) else { continue }
                let verdicts = (log.verify(other), witness.verifierKey.verify(other))
                if logLine.contains(offset) {
                    #expect(verdicts.0 == .invalid || verdicts.0 == .absent, "offset \(offset)")
                } else {
                    #expect(
                        verdicts.1 == .invalid || verdicts.1 == .absent, "offset \(offset)")
                }
                #expect(other.encoded == changed)
            }
        }
    }

    /// The last character of a base64 group has bits that hold no data: only zeros are read.
    @Test func aSignatureHasOneSpelling() throws {
        let note = try SignedNote(parsing: good)
        let alphabet = bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var readable = 0
        for signature in note.signatures {
            let line = signature.line
            guard let end = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            for character in alphabet {
                var changed = Array(line.dropLast())
                changed[end - 1] = character
                guard let other = try? NoteSignature(parsing: changed[...]) else { continue }
                readable += 1
                #expect((other == signature) == (changed == Array(line.dropLast())))
            }
        }
        #expect(readable > 0)
    }
}
