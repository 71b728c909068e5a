import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// The verdicts of verification.md §3 to §7, one by one.
@Suite struct VerifierVerdictTests {
    var log: MemoryLedger
    let file: TransparentStatement

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
    }

    private func judge(_ receipts: [[UInt8]], _ kit: TrustKit? = nil) throws -> Report {
        var file = file
        file.receipts = receipts
        return Verifier(try kit ?? log.kit()).verify(
            file: file.encoded(), artifact: nil, recordOnly: true)
    }

    @Test func aGoodFileIsLogged() throws {
        let report = try log.judge(file, "photo")
        #expect(report.ok && report.reached == .logged && report.required == .logged)
        #expect(report.entry == file.statement.id && report.index == 3)
        #expect(report.loggedAt == log.time(of: 4))
        #expect(report.asOf.size == 4 && report.asOf.time == log.time(of: 4))
        let expected: [(Check, Verdict)] = [
            (.statement, .ok), (.manifest, .ok), (.artifact, .ok), (.aud, .absent), (.receipt, .ok),
            (.signature, .ok), (.issuer, .ok), (.cosignatures, .absent), (.timestamp, .absent),
            (.anchor, .absent), (.seen, .absent), (.complete, .absent),
        ]
        #expect(report.findings.map(\.check) == expected.map(\.0))
        #expect(report.findings.map(\.verdict) == expected.map(\.1))
    }

    @Test func theArtifactIsWhatWasSignedOrTheManifestItself() throws {
        let other = try log.judge(file, "another")
        #expect(other.says(.artifact, .refuted))
        #expect(other.reached == .logged && !other.ok)
        let verifier = try Verifier(log.kit())
        let manifest = verifier.verify(
            file: file.encoded(), artifact: file.statement.manifestDigest)
        #expect(manifest.says(.artifact, .ok) && manifest.ok)
        #expect(
            verifier.verify(file: file.encoded(), artifact: nil, recordOnly: true).says(
                .artifact, .notChecked))
    }

    @Test func withoutItsManifestAnEntryStaysProven() throws {
        var bare = file
        bare.manifest = nil
        let report = try log.judge(bare, "photo")
        #expect(report.ok && report.says(.manifest, .absent) && report.says(.artifact, .ok))
    }

    @Test func whatIsNoStatementIsFalseAndAnotherTypeUnknown() throws {
        let verifier = try Verifier(log.kit())
        for bytes in [[], [0xFF], Array("not a colophon".utf8)] as [[UInt8]] {
            let report = verifier.verify(file: bytes, artifact: nil, recordOnly: true)
            #expect(
                report.says(.statement, .refuted) && report.reached == nil && report.entry == nil)
        }
        var strange = try StatementBytes(file.statement, log.pop)
        strange.set(16, .text("application/vnd.colophon.statement.v2+cose"))
        let report = verifier.verify(file: try strange.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.statement, .unknown) && !report.ok && !report.isFalse)
    }

    @Test func aReceiptWithoutItsNoteGivesNoPosition() throws {
        let report = try judge([log.head(4, note: []).receipt(log.proof(3, in: 4))])
        #expect(report.says(.receipt, .unknown, "position unknown"))
        #expect(report.reached == .signed && report.index == nil && !report.ok)
    }

    @Test func aNoteByAnUnknownKeyProvesNothingAndMustFitAllTheSame() throws {
        var stranger = log
        stranger.note = try NoteSigner(name: log.origin.text, key: log.values.ed25519("stranger"))
        let proof = try log.proof(3, in: 4)
        let unknown = try judge([stranger.head(4).receipt(proof)])
        #expect(unknown.says(.receipt, .unknown) && !unknown.isFalse && unknown.reached == .signed)
        for note in [try stranger.noteBytes(4, root: .sha256([])), try stranger.noteBytes(3)] {
            let report = try judge([log.head(4).receipt(proof, noteOf: note)])
            #expect(report.says(.receipt, .refuted), "\(report.findings)")
        }
    }

    @Test func aReceiptKeyThatIsNotKnownDoesNotHurtWhereTheNoteProves() throws {
        var stranger = log
        stranger.receiptKey = try log.values.ed25519("stranger")
        let report = try judge([stranger.receipt(3)])
        #expect(report.ok && report.says(.receipt, .unknown) && report.says(.receipt, .ok))
        // Its time is nobody's word then.
        #expect(report.loggedAt == nil)
    }

    @Test func aBadSignatureIsFalseThoughTheNoteProves() throws {
        var head = try log.head(4)
        head = HeadReceipt(
            protected: head.protected, signature: head.signature.reversed(), note: head.note)
        let report = try judge([head.receipt(log.proof(3, in: 4))])
        #expect(report.says(.receipt, .refuted) && report.index == nil && !report.ok)
    }

    @Test mutating func oneStatementHasOnePosition() throws {
        let again = log.append(file.statement)
        let report = try judge([file.receipts[0], log.receipt(again)])
        #expect(report.says(.receipt, .refuted, "two positions"))
    }

    @Test mutating func thePolicyBelowTheEntryDecidesTheType() throws {
        let before = try log.kit()
        try log.apply(settings: .init(predicateTypes: []))
        let narrow = try log.kit()
        let late = try log.capture("late")
        #expect(try log.judge(late).says(.issuer, .refuted, "policy"))
        let later = Verifier(narrow).verify(file: late.encoded(), artifact: nil, recordOnly: true)
        #expect(later.says(.issuer, .unknown) && !later.isFalse && !later.ok)
        #expect(Verifier(before).verify(file: late.encoded(), artifact: nil, recordOnly: true).ok)
        // What was admitted before stays good.
        #expect(try log.judge(file, "photo").ok)
    }

    @Test mutating func withoutAPositionTheKeyIsJudgedAtTheKitsSize() throws {
        var bare = file
        bare.receipts = []
        #expect(try log.judge(bare).reached == .signed)
        try log.apply(log.adding(log.pop.publicKey, .revoke))
        let revoked = try log.judge(bare)
        #expect(revoked.says(.issuer, .unknown) && !revoked.isFalse && revoked.reached == nil)
        var bytes = bare.encoded()
        bytes[bytes.count - 1] ^= 1
        let verifier = try Verifier(log.kit())
        #expect(
            verifier.verify(file: bytes, artifact: nil, recordOnly: true).says(.signature, .refuted)
        )
    }

    @Test mutating func anUnknownKeyIsUnknownOnlyWhereTheKitCannotKnowIt() throws {
        let kit = try log.kit()
        let stranger = try log.values.ed25519("stranger")
        let forged = try log.capture("x", by: stranger)
        let later = Verifier(kit).verify(file: forged.encoded(), artifact: nil, recordOnly: true)
        #expect(later.says(.issuer, .unknown) && !later.isFalse && later.reached == nil)
        // Added after the entry: false, for the kit knows both.
        try log.addPoP(stranger.publicKey)
        #expect(try log.judge(forged).says(.issuer, .refuted))
    }

    @Test mutating func anotherOriginOfTheKitIsBelievedForItsOwnHeads() throws {
        var other = try MemoryLedger(seed: "other", origin: "other.example")
        try other.addPoP(log.pop.publicKey)
        let there = try other.capture("x", by: log.pop, audience: "other.example")
        var files = try log.kitFiles()
        let theirs = try other.kitFiles()
        files.policy = Array("log \(other.note.verifierKey)\n".utf8) + files.policy
        let own = try #require(try CBOR.decode(files.receiptKeys).mapValue)
        let more = try #require(try CBOR.decode(theirs.receiptKeys).mapValue?["other.example"])
        files.receiptKeys = own.setting("other.example", to: more).encoded()
        let report = Verifier(try TrustKit(files)).verify(
            file: there.encoded(), artifact: nil, recordOnly: true)
        #expect(report.ok && report.reached == .logged && report.index == nil, "\(report.findings)")
        #expect(report.says(.aud, .ok))
    }

    @Test mutating func theOldNoteKeySignsNothingAfterItsLastSize() throws {
        let old = log.note
        let new = try NoteSigner(name: log.origin.text, key: log.values.ed25519("note 2"))
        try log.apply(
            LogKeyManifest(
                .note, old: Text(old.verifierKey.description),
                new: Text(new.verifierKey.description), lastSize: 5
            ).manifest(origin: log.origin.text, nonce: log.nonce()),
            by: log.ledger, issuer: log.uri)
        let early = try log.receipt(3)
        _ = try log.capture("next")
        let stale = try log.receipt(3)
        log.note = new
        let fresh = try log.receipt(3)
        let backdated = try log.receipt(3, in: 4)
        let kit = try log.kit()
        #expect(try judge([early, fresh], kit).ok)
        #expect(try judge([stale], kit).says(.receipt, .refuted, "in force"))
        #expect(try judge([backdated], kit).says(.receipt, .refuted, "in force"))
    }

    @Test mutating func aPlaceOfAControlStatementIsTaken() throws {
        var fork = log
        try fork.apply(settings: .init(maxAhead: 60))
        _ = try fork.capture("x")
        _ = try fork.capture("y")
        let other = try log.capture("other")
        _ = try log.capture("next")
        let receipt = try log.receipt(4)
        var moved = other
        moved.receipts = [receipt]
        let report = Verifier(try fork.kit()).verify(
            file: moved.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.issuer, .refuted, "control statement at entry 4"))
    }

    @Test func aHeadFromTheFutureIsNamed() throws {
        let verifier = try Verifier(log.kit())
        let limit = log.time(of: 4) - 86_400
        for (time, isNamed) in [(limit - 1, true), (limit, false), (.max, false)] {
            let report = verifier.verify(
                file: file.encoded(), artifact: nil, recordOnly: true, time: time)
            #expect(report.says(.receipt, .unknown, "future") == isNamed)
        }
    }

    @Test func moreThanWasReachedCanBeRequired() throws {
        let verifier = try Verifier(log.kit())
        for level in Level.allCases {
            let report = verifier.verify(
                file: file.encoded(), artifact: nil, recordOnly: true, require: level)
            #expect(report.ok == (level <= .logged))
            #expect(report.required == level)
        }
    }
}

/// Witnesses, anchors, and what else stands beside a statement.
@Suite struct VerifierEvidenceTests {
    var log: MemoryLedger
    let witness: SigningKey

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        witness = try log.values.ed25519("witness")
    }

    /// A kit that asks for a witness.
    private func kit(quorum: String = "w") throws -> TrustKit {
        var files = try log.kitFiles()
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        files.policy = Array(
            "log \(log.note.verifierKey)\nwitness w \(key)\nquorum \(quorum)\n".utf8)
        return try TrustKit(files)
    }

    @Test mutating func aQuorumOfWitnessesIsALevel() throws {
        let bare = try log.capture("photo")
        let missing = Verifier(try kit()).verify(
            file: bare.encoded(), artifact: nil, recordOnly: true)
        #expect(missing.required == .witnessed && missing.reached == .logged && !missing.ok)
        #expect(missing.says(.cosignatures, .absent) && !missing.isFalse)
        log.noteWitnesses = [("witness.example", witness, 1_760_000_999)]
        var seen = bare
        seen.receipts = [try log.receipt(3)]
        let report = Verifier(try kit()).verify(
            file: seen.encoded(), artifact: nil, recordOnly: true)
        #expect(report.ok && report.reached == .witnessed, "\(report.findings)")
        #expect(report.says(.cosignatures, .ok, "2025-10-09 09:09:59"))
        // The same line over another time does not verify: false, with a quorum or without.
        var forged = log
        forged.noteWitnesses = [("witness.example", try log.values.ed25519("x"), 1_760_000_999)]
        let key = try MemoryLedger.witnessKey("witness.example", witness)
        let note = try SignedNote(parsing: forged.noteBytes(4))
        let line = try NoteSignature(
            name: "witness.example", keyID: key.keyID, signature: note.signatures[1].signature)
        let bad = try SignedNote(text: note.text, signatures: [note.signatures[0], line])
        seen.receipts = [try log.head(4).receipt(log.proof(3, in: 4), noteOf: bad.encoded)]
        for quorum in ["w", "none"] {
            let report = Verifier(try kit(quorum: quorum)).verify(
                file: seen.encoded(), artifact: nil, recordOnly: true)
            #expect(report.says(.cosignatures, .refuted), "\(quorum)")
        }
    }

    @Test mutating func anchorsMustFitThoughTheirEvidenceIsNotRead() throws {
        let file = try log.capture("photo")
        let proof = try log.proof(3, in: 4)
        func inclusion(_ index: UInt64) -> CBOR {
            let path = CBOR.array(proof.path.map { .bytes($0.bytes) })
            return .bytes(CBOR.array([.int(4), .unsigned(index), path]).encoded())
        }
        let good: CBORMap = [
            "type": .text("rfc3161"), "checkpoint": .bytes(try log.noteBytes(4)),
            "evidence": .bytes([1]),
            "inclusion": inclusion(3),
        ]
        let verifier = try Verifier(log.kit())
        func report(_ anchors: [CBORMap]) throws -> Report {
            var message = try COSESign1.decode(file.encoded())
            message.unprotected = message.unprotected.setting(
                -65542, to: .array(anchors.map { .map($0) }))
            return verifier.verify(file: message.encoded(), artifact: nil, recordOnly: true)
        }
        let both = try report([good, good.setting("type", to: .text("opentimestamps"))])
        #expect(both.ok && both.says(.timestamp, .notChecked) && both.says(.anchor, .notChecked))
        let new = try report([good.setting("type", to: .text("moon"))])
        #expect(new.ok && new.says(.anchor, .unknown))
        let wrong: [CBORMap] = [
            good.setting("evidence", to: nil), good.setting("more", to: .null),
            good.setting("inclusion", to: inclusion(2)),
            good.setting("header", to: .bytes(.init(repeating: 0, count: 80))),
            good.setting("checkpoint", to: .bytes(try log.noteBytes(3))),
            good.setting("checkpoint", to: .bytes(try log.noteBytes(4, root: .sha256([])))),
            good.setting("type", to: .null),
        ]
        for anchor in wrong {
            #expect(try report([anchor]).isFalse, "\(anchor)")
        }
    }
}
