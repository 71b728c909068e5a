import Checkpoints
import Encoding
import Merkle
import Testing

/// A log that shows two trees is convicted by its own signatures; nobody else ever is.
@Suite struct MisbehaviourTests {
    private static let origin: Text = "ledger.example/prints"
    private let tree = SmallTree(70)
    private let policy: TrustPolicy

    init() throws {
        policy = try TrustPolicy(logs: [
            .init(key: signer("other.example").verifierKey),
            .init(key: signer(Self.origin).verifierKey),
            .init(key: signer(Self.origin, key: "next").verifierKey),
        ])
    }

    private func signed(
        _ size: UInt64, _ tree: SmallTree, origin: Text = Self.origin, by signer: NoteSigner? = nil
    ) throws -> SignedCheckpoint {
        let checkpoint = try Checkpoint(origin: origin, size: size, root: tree.root(size))
        let signer = try signer ?? CheckpointsTests.signer(origin)
        return try SignedCheckpoint(signer.note(checkpoint))
    }

    /// A proof with the larger tree's own hashes.
    private func proof(
        _ old: UInt64, of one: SmallTree, _ new: UInt64, of other: SmallTree
    ) throws -> MisbehaviourProof {
        try MisbehaviourProof(
            signed(old, one), signed(new, other), consistency: other.proof(from: old, to: new),
            prefixRoot: other.root(old))
    }

    @Test func twoRootsOfOneSizeConvict() throws {
        let fork = SmallTree(70, fork: 40)
        let (one, other) = (try signed(60, tree), try signed(60, fork))
        let proof = try MisbehaviourProof(one, other)
        #expect(try MisbehaviourProof(other, one) == proof)
        let read = try MisbehaviourProof(parsing: proof.encoded)
        #expect(read == proof)
        let conviction = try read.convict(by: policy)
        #expect(conviction.origin == Self.origin && conviction.isOneSize)
        let roots = [conviction.older, conviction.newer].map(\.checkpoint.root)
        #expect(Set(roots) == [tree.root(60), fork.root(60)])
        #expect(conviction.prefixRoot == conviction.newer.checkpoint.root)
    }

    /// The whole product of small sizes and of forks, with the larger tree's own path.
    @Test(arguments: 2...70 as ClosedRange<UInt64>)
    func aForkConvictsAndAnExtensionNever(new: UInt64) throws {
        for place in [0, 1, 2, 3, 8, 31, 32, 64] as [UInt64] where place < new {
            let fork = SmallTree(70, fork: Int(place))
            for old in 1..<new {
                let proof = try proof(old, of: tree, new, of: fork)
                #expect(try MisbehaviourProof(parsing: proof.encoded) == proof)
                if old <= place {
                    #expect(throws: ConvictionRefusal.consistent) { try proof.convict(by: policy) }
                } else {
                    let conviction = try proof.convict(by: policy)
                    #expect(conviction.older.checkpoint.root == tree.root(old))
                    #expect(conviction.prefixRoot == fork.root(old))
                }
            }
        }
    }

    /// A forger who has the notes of an honest log, and any hashes: each bit of each, and those of
    /// every other tree.
    @Test(arguments: [(1, 2), (3, 7), (4, 7), (6, 8), (32, 70)] as [(UInt64, UInt64)])
    func noHashesConvictAnHonestLog(old: UInt64, new: UInt64) throws {
        let (one, other) = (try signed(old, tree), try signed(new, tree))
        let honest = try proof(old, of: tree, new, of: tree)
        #expect(throws: ConvictionRefusal.consistent) { try honest.convict(by: policy) }
        for place in 0..<new {
            let fork = SmallTree(70, fork: Int(place))
            let forged = try MisbehaviourProof(
                one, other, consistency: fork.proof(from: old, to: new),
                prefixRoot: fork.root(old))
            #expect(throws: ConvictionRefusal.unboundProof) { try forged.convict(by: policy) }
        }
        let lines = Array(honest.encoded.split(separator: 0x0A, omittingEmptySubsequences: false))
        for place in 1...(honest.prefix?.path.count ?? 0) {
            for bit in 0..<256 {
                var hash = try #require(Base64.decode(lines[place]))
                hash[bit / 8] ^= 1 << UInt8(bit % 8)
                var forged = lines
                forged[place] = Array(Base64.encode(hash).utf8)[...]
                let proof = try MisbehaviourProof(
                    parsing: Array(forged.joined(separator: [0x0A])))
                #expect(throws: ConvictionRefusal.unboundProof) { try proof.convict(by: policy) }
            }
        }
    }

    @Test func twoNotesOfOneTreeConvictNobody() throws {
        let proof = try MisbehaviourProof(
            signed(60, tree), signed(60, tree, by: signer(Self.origin, key: "next")))
        #expect(throws: ConvictionRefusal.sameTree) { try proof.convict(by: policy) }
    }

    /// A stranger signs for the log, another listed log does, or nobody that is listed.
    @Test(arguments: [("ledger.example/prints", "thief"), ("other.example", "other.example")])
    func onlyKeysOfTheOriginConvict(name: String, key: String) throws {
        let fork = SmallTree(70, fork: 40)
        let stranger = try signer(Text(name), key: key)
        let text = try Checkpoint(origin: Self.origin, size: 60, root: fork.root(60)).text
        let forged = try SignedCheckpoint(
            SignedNote(text: text, signatures: [stranger.sign(text)]))
        let proof = try MisbehaviourProof(signed(60, tree), forged)
        let place = proof.older == forged ? MisbehaviourPlace.older : .newer
        #expect(throws: ConvictionRefusal.checkpoint(place, .unknownKey)) {
            try proof.convict(by: policy)
        }
    }

    @Test func aKeyConvictsOnlyWithinItsTerm() throws {
        let (old, next) = (try signer(Self.origin), try signer(Self.origin, key: "next"))
        let terms: [KeyHistory<VerifierKey>.Term] = [
            .init(key: old.verifierKey, lastSize: 50),
            .init(key: next.verifierKey, firstSize: 51),
        ]
        let fork = SmallTree(70, fork: 10)
        let path = fork.proof(from: 33, to: 60)
        let rotated = try MisbehaviourProof(
            signed(33, tree, by: old), signed(60, fork, by: next), consistency: path)
        #expect(try rotated.convict(by: terms).prefixRoot == fork.root(33))
        // The old key is a thief's by now.
        let stolen = try MisbehaviourProof(
            signed(33, tree, by: old), signed(60, fork, by: old), consistency: path)
        let refusal = CheckpointRefusal.notInForce(old.verifierKey)
        #expect(throws: ConvictionRefusal.checkpoint(.newer, refusal)) {
            try stolen.convict(by: terms)
        }
    }

    /// Cosignatures and lines of strangers stay, and so do the extension lines of other logs.
    @Test func bothNotesAreKeptByteForByte() throws {
        let witness = try Cosigner("w.example")
        let log = try signer("other.example")
        let notes = try [(1, tree), (2, SmallTree(70, fork: 0))].map { line, tree in
            let text = bytes("other.example\n6\n\(Base64.encode(tree.root(6).bytes))\nx \(line)\n")
            return try SignedNote(
                text: text, signatures: [witness.sign(text, at: 1000), log.sign(text)])
        }
        let signed = try notes.map { try SignedCheckpoint($0, allowingExtensions: true) }
        let proof = try MisbehaviourProof(signed[0], signed[1])
        let read = try MisbehaviourProof(parsing: proof.encoded)
        #expect(Set([read.older.encoded, read.newer.encoded]) == Set(notes.map(\.encoded)))
        #expect(try read.convict(by: policy).origin == "other.example")
    }

    /// A byte that is changed leaves no proof, or one that convicts nobody.
    @Test func noChangedByteConvicts() throws {
        let good = try proof(33, of: tree, 60, of: SmallTree(70, fork: 10)).encoded
        _ = try MisbehaviourProof(parsing: good).convict(by: policy)
        for offset in good.indices {
            for byte in [good[offset] ^ 0x01, good[offset] ^ 0x80, 0x0A, 0x20] {
                guard byte != good[offset] else { continue }
                var changed = good
                changed[offset] = byte
                #expect(throws: (any Error).self, "offset \(offset), byte \(byte)") {
                    try MisbehaviourProof(parsing: changed).convict(by: policy)
                }
            }
        }
        for count in 0..<good.count {
            #expect(throws: MisbehaviourError.self, "\(count) bytes") {
                try MisbehaviourProof(parsing: Array(good[..<count]))
            }
        }
        for byte in [0, 0x0A, 0x20, 0x41] as [UInt8] {
            #expect(throws: MisbehaviourError.self) {
                try MisbehaviourProof(parsing: good + [byte])
            }
        }
    }

    @Test func everyRuleHasItsOwnError() throws {
        let head = "colophon/misbehaviour@v1\n"
        let hash = Base64.encode(someRoot.bytes) + "\n"
        let (two, three) = (
            String(decoding: try signed(2, tree).encoded, as: UTF8.self),
            String(decoding: try signed(3, tree).encoded, as: UTF8.self)
        )
        let many = String(repeating: hash, count: 65)
        let noNote = SignedCheckpointError.note(.noSignatures)
        let broken: [(String, MisbehaviourError)] = [
            ("", .unknownHeader),
            ("colophon/misbehaviour@v2\n" + hash + hash, .unknownHeader),
            (head, .noBlankLine),
            (head + hash, .noBlankLine),
            (head + "AQID\n\n" + two + "\n" + three, .malformedHash),
            (head + " " + hash + "\n" + two + "\n" + three, .malformedHash),
            (head + many + "\n" + two + "\n" + three, .tooManyHashes),
            (head + hash + hash + "\n" + two, .noBlankLine),
            (
                head + hash + hash + "\n" + two + three,
                .malformedCheckpoint(.older, .note(.malformedSignatureLine))
            ),
            (
                head + hash + hash + "\n" + two + "\n",
                .malformedCheckpoint(.newer, .note(.noBlankLine))
            ),
            (head + hash + hash + "\nx\n\n\n" + three, .malformedCheckpoint(.older, noNote)),
            (head + hash + hash + "\n" + three + "\n" + two, .outOfOrder),
            (
                head + hash + "\n" + two + "\n" + three,
                .malformedProof(.wrongPathLength(1, expected: 2))
            ),
            (
                head + hash + "\n" + two + "\n" + two,
                .malformedProof(.wrongPathLength(1, expected: 0))
            ),
        ]
        for (text, error) in broken {
            #expect(throws: error, "\(text)") { try MisbehaviourProof(parsing: bytes(text)) }
        }
        let tooLong =
            Array(repeating: 0x0A, count: MisbehaviourProof.maximumByteCount + 1) as [UInt8]
        #expect(throws: MisbehaviourError.tooLong(tooLong.count)) {
            try MisbehaviourProof(parsing: tooLong)
        }
    }

    /// Every tree extends the empty one, and a size of 0 with another root is no checkpoint.
    @Test func theEmptyTreeConvictsNobody() throws {
        #expect(throws: MisbehaviourError.malformedProof(.nothingToProve)) {
            try MisbehaviourProof(signed(0, tree), signed(5, tree))
        }
        let text = bytes("other.example\n0\n\(Base64.encode(someRoot.bytes))\n")
        let note = try SignedNote(text: text, signatures: [signer("other.example").sign(text)])
        #expect(throws: CheckpointError.wrongEmptyRoot) { try SignedCheckpoint(note) }
    }

    @Test func checkpointsOfTwoLogsAreNoProof() throws {
        #expect(throws: MisbehaviourError.self) {
            try MisbehaviourProof(signed(5, tree), signed(5, tree, origin: "other.example"))
        }
    }
}
