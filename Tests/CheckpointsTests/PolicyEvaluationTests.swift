import Checkpoints
import Encoding
import Testing

@Suite struct PolicyEvaluationTests {
    private let witnesses: [Cosigner]
    private let origin: Text = "ledger.example/prints"

    init() throws {
        witnesses = try (0..<6).map { try Cosigner(Text("w\($0).example")) }
    }

    /// A policy with the log, six witnesses w0...w5, and the given groups and quorum.
    private func policy(
        _ quorum: PolicyWord, groups: [TrustPolicy.Group] = [], log: Text? = nil
    ) throws -> TrustPolicy {
        try TrustPolicy(
            logs: [.init(key: signer(log ?? origin).verifierKey)],
            witnesses: witnesses.enumerated().map { number, witness in
                .init(name: PolicyWord(stringLiteral: "w\(number)"), key: witness.verifierKey)
            },
            groups: groups, quorum: quorum)
    }

    /// The head with cosignatures of these witnesses; witness n signs at `1000 + n`.
    private func head(_ numbers: [Int]) throws -> SignedCheckpoint {
        try SignedCheckpoint(
            note(origin, cosigned: numbers.map { (witnesses[$0], 1000 + UInt64($0)) }))
    }

    @Test func withoutAQuorumTheLogsSignatureIsEnough() throws {
        let policy = try policy(.none)
        let verified = try policy.open(head([]))
        #expect(verified.checkpoint.size == 7)
        #expect(verified.head.signers.map(\.name) == [origin])
        #expect(verified.time == nil)
        #expect(try policy.evaluate(head([3])).quorum == .notRequired)
    }

    @Test func oneWitnessCanBeTheQuorum() throws {
        let policy = try policy("w2")
        #expect(try policy.open(head([2])).time == 1002)
        #expect(throws: PolicyRefusal.quorumNotMet) { try policy.open(head([0, 1, 3, 4, 5])) }
    }

    /// Every subset of six witnesses, against the threshold counted by hand.
    @Test(arguments: 1...6)
    func kOfNCountsWitnesses(threshold: Int) throws {
        let names = (0..<6).map { PolicyWord(stringLiteral: "w\($0)") }
        let policy = try policy(
            "G", groups: [.init(name: "G", threshold: threshold, members: names)])
        for subset in 0..<64 {
            let numbers = (0..<6).filter { subset >> $0 & 1 == 1 }
            let evaluation = try policy.evaluate(head(numbers))
            #expect(evaluation.isAccepted == (numbers.count >= threshold))
            if numbers.count >= threshold {
                // The threshold-th smallest time is when the last one needed had signed.
                let time = 1000 + UInt64(numbers[threshold - 1])
                #expect(evaluation.quorum == .met(time: time))
            } else {
                #expect(evaluation.quorum == .notMet)
            }
        }
    }

    /// The specification's example: two of X (w0, w1, w2) and any of Y (w3, w4, w5).
    @Test func groupsOfGroupsAreCounted() throws {
        let policy = try policy(
            "both",
            groups: [
                .init(name: "X", threshold: 2, members: ["w0", "w1", "w2"]),
                .init(name: "Y", threshold: 1, members: ["w3", "w4", "w5"]),
                .init(name: "both", threshold: 2, members: ["X", "Y"]),
            ])
        for subset in 0..<64 {
            let numbers = (0..<6).filter { subset >> $0 & 1 == 1 }
            let isMet = numbers.filter { $0 < 3 }.count >= 2 && numbers.contains { $0 >= 3 }
            #expect(try policy.evaluate(head(numbers)).isAccepted == isMet, "\(numbers)")
        }
        #expect(try policy.open(head([0, 1, 2, 4, 5])).time == 1004)
    }

    @Test func aWitnessThatSignsTwiceCountsOnce() throws {
        let policy = try policy(
            "G", groups: [.init(name: "G", threshold: 2, members: ["w0", "w1"])])
        let twice = try SignedCheckpoint(
            note(origin, cosigned: [(witnesses[0], 1), (witnesses[0], 2)]))
        #expect(throws: PolicyRefusal.quorumNotMet) { try policy.open(twice) }
    }

    @Test func unknownLinesAreCarriedAndIgnored() throws {
        let head = try head([])
        let strangers = try [
            NoteSignature(name: "stranger", keyID: 1, signature: [1]),
            NoteSignature(name: origin, keyID: 1, signature: Array(repeating: 1, count: 2428)),
        ]
        let more = try head.note.adding(strangers)
        #expect(try policy(.none).open(SignedCheckpoint(more)) == policy(.none).open(head))
        #expect(try SignedNote(parsing: more.encoded).signatures.suffix(2) == strangers[...])
    }

    @Test func aNoteOfAnUnknownLogIsNotBelieved() throws {
        let policy = try policy(.none, log: "other.example")
        #expect(throws: PolicyRefusal.unknownLog) { try policy.open(head([])) }
        #expect(try policy.evaluate(head([])).log == .unknown)
    }

    @Test func aWitnessAloneMakesNoCheckpoint() throws {
        let note = try head([0]).note
        let alone = try SignedCheckpoint(
            SignedNote(text: note.text, signatures: [note.signatures[1]]))
        #expect(throws: PolicyRefusal.unknownLog) { try policy("w0").open(alone) }
    }

    @Test func aListedLogCannotSpeakForAnother() throws {
        let key = try signer("other.example").verifierKey
        let policy = try policy(.none, log: "other.example")
        let text = try Checkpoint(origin: origin, size: 7, root: someRoot).text
        let head = try SignedCheckpoint(
            SignedNote(text: text, signatures: [signer("other.example").sign(text)]))
        #expect(throws: PolicyRefusal.otherOrigin(key)) { try policy.open(head) }
        #expect(policy.evaluate(head).log == .otherOrigin(key))
    }

    @Test func aBadLineOfAKnownKeyRejectsTheNote() throws {
        let good = try head([0, 1]).note
        for number in good.signatures.indices {
            var signatures = good.signatures
            var bytes = signatures[number].signature
            bytes[bytes.count - 1] ^= 0x01
            signatures[number] = try NoteSignature(
                name: signatures[number].name, keyID: signatures[number].keyID, signature: bytes)
            let bad = try SignedCheckpoint(SignedNote(text: good.text, signatures: signatures))
            let policy = try policy(
                "G", groups: [.init(name: "G", threshold: 1, members: ["w0", "w1"])])
            let keys = [policy.logs[0].key] + policy.witnesses.map(\.key)
            #expect(throws: PolicyRefusal.badSignature(keys[number])) { try policy.open(bad) }
            let evaluation = policy.evaluate(bad)
            #expect(evaluation.badKey == keys[number])
            #expect(!evaluation.isAccepted)
        }
    }

    @Test func typesThatCannotBeVerifiedNeverCount() throws {
        let string = "\(origin)+00000001+" + Base64.encode([0xFF] + bytes("log"))
        let log = try vkey(string)
        let witness = try vkey("q.example+00000002+" + Base64.encode([0xFF] + bytes("witness")))
        let policy = try TrustPolicy(
            logs: [.init(key: log)], witnesses: [.init(name: "W", key: witness)], quorum: "W")
        let text = try Checkpoint(origin: origin, size: 7, root: someRoot).text
        let head = try SignedCheckpoint(
            SignedNote(
                text: text,
                signatures: [
                    NoteSignature(name: origin, keyID: 1, signature: [1]),
                    NoteSignature(name: "q.example", keyID: 2, signature: [1]),
                ]))
        let evaluation = policy.evaluate(head)
        #expect(evaluation.log == .unsupported(log))
        #expect(evaluation.witnesses.map(\.verdict) == [.unsupported])
        #expect(evaluation.quorum == .notMet)
        #expect(throws: PolicyRefusal.unsupportedLog(log)) { try policy.open(head) }
    }

    @Test func aSignedTextThatIsNoCheckpointIsRefused() throws {
        let text = bytes("\(origin)\n7\nnonsense\n")
        let note = try SignedNote(text: text, signatures: [signer(origin).sign(text)])
        #expect(throws: CheckpointError.malformedRoot) { try SignedCheckpoint(note) }
        #expect(throws: SignedCheckpointError.text(.malformedRoot)) {
            try SignedCheckpoint(parsing: note.encoded)
        }
    }

    @Test func extensionLinesAreRefusedUnlessAllowed() throws {
        let text = try Checkpoint(origin: origin, size: 7, root: someRoot).text + bytes("more\n")
        let note = try SignedNote(text: text, signatures: [signer(origin).sign(text)])
        #expect(throws: CheckpointError.extensionLine) { try SignedCheckpoint(note) }
        let head = try SignedCheckpoint(note, allowingExtensions: true)
        #expect(try policy(.none).open(head).checkpoint.size == 7)
    }
}
