import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Who signed, and what becomes of a key that its owner has lost (verification.md §2, §7).
@Suite struct VerifierSignerTests {
    var log: MemoryLedger
    let file: TransparentStatement

    /// A ledger whose entry 3 is a photograph of Berlin's.
    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
    }

    private func judge(
        _ file: TransparentStatement, by kit: TrustKit? = nil, issuers: Set<Text>? = nil,
        acceptSuspect: Bool = false
    ) throws -> Report {
        try Verifier(kit ?? log.kit()).verify(
            file: file.encoded(), artifact: .sha256(Array("photo".utf8)), issuers: issuers,
            acceptSuspect: acceptSuspect)
    }

    // MARK: - Who

    @Test func aReportNamesTheSignerAndThePlace() throws {
        let report = try judge(file)
        let signer = try #require(report.signer)
        #expect(report.ok && report.outcome == .verified && report.obstacle == nil)
        #expect(signer.issuer == MemoryLedger.berlin && signer.roles == [.pop])
        #expect(signer.keyID == log.pop.publicKey.keyID && signer.state == .added)
        #expect(signer.revocation == nil)
        #expect(report.origin == log.origin && report.index == 3)
        #expect(report.loggedAt == log.time(of: 4))
        let claims = try #require(report.claims)
        #expect(claims.issuer == MemoryLedger.berlin && claims.issuedAt == MemoryLedger.start)
        #expect(claims.provenance?.record.title == "Photograph photo")
        #expect(claims.subjects.map(\.name) == ["photo.jpg"])
    }

    @Test func anotherSignerThanTheExpectedIsFalse() throws {
        let other = try judge(file, issuers: [MemoryLedger.rome])
        #expect(!other.ok && other.outcome == .refuted && other.reached == .logged)
        #expect(other.says(.issuer, .refuted, "signed by \(MemoryLedger.berlin), not by"))
        // What is true of the key stays so.
        #expect(other.says(.issuer, .ok))
        #expect(try judge(file, issuers: [MemoryLedger.rome, MemoryLedger.berlin]).ok)
        // To expect nobody is not to expect everybody.
        #expect(try !judge(file, issuers: []).ok)
        // Issuers are compared byte for byte.
        #expect(try !judge(file, issuers: [MemoryLedger.berlin + "/"]).ok)
    }

    /// The ledger's own statements have signers too.
    @Test func aControlStatementIsHeldToTheExpectedSignersLikeAnyOther() throws {
        let control = try #require(log.controls.last)
        var record = try TransparentStatement(control.statement, manifest: nil)
        record.receipts = [try log.receipt(control.index)]
        let verifier = try Verifier(log.kit())
        func judge(_ issuers: Set<Text>?) -> Report {
            verifier.verify(
                file: record.encoded(), artifact: nil, recordOnly: true, issuers: issuers)
        }
        #expect(judge([log.adminIssuer]).ok && !judge([MemoryLedger.berlin]).ok)
        #expect(judge(nil).signer?.roles == [.admin])
    }

    /// A name in a file is nobody's word until a signature holds.
    @Test func aSignerIsNamedOnlyWhereTheSignatureVerifies() throws {
        var bytes = file.encoded()
        bytes[bytes.count - 1] ^= 1
        let forged = try Verifier(log.kit()).verify(
            file: bytes, artifact: nil, recordOnly: true, issuers: [MemoryLedger.berlin])
        #expect(forged.signer?.issuer == nil && forged.signer?.state == .unknown)
        #expect(forged.signer?.roles == [] && forged.outcome == .refuted)
        let stranger = try judge(file, by: try MemoryLedger(seed: "other").kit())
        #expect(stranger.signer?.issuer == nil && stranger.signer?.state == .unknown)
        #expect(stranger.outcome == .unproven && stranger.obstacle?.check == .signature)
        #expect(stranger.signer?.keyID == log.pop.publicKey.keyID)
    }

    // MARK: - Suspect

    @Test mutating func whatAKeySignedWhereItIsSuspectIsNotOk() throws {
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        let report = try judge(file)
        #expect(!report.ok && report.isSuspect && report.outcome == .suspect)
        // What is reached is what is proven.
        #expect(report.reached == .logged && !report.isFalse)
        #expect(report.says(.issuer, .suspect) && !report.says(.issuer, .ok))
        let signer = try #require(report.signer)
        #expect(signer.state == .suspect && signer.issuer == MemoryLedger.berlin)
        #expect(signer.revocation?.entry == 4 && signer.revocation?.suspectFrom == 3)
        let accepted = try judge(file, acceptSuspect: true)
        #expect(accepted.ok && accepted.isSuspect && accepted.outcome == .verified)
    }

    @Test mutating func whatWasSignedBeforeIsOkAndTheKeyIsKnownToBeRevoked() throws {
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 4))
        let report = try judge(file)
        #expect(report.ok && report.signer?.state == .revoked)
        #expect(report.says(.issuer, .ok, "later the key was revoked in entry 4"))
    }

    /// The first revocation, in panic, never has the size; it comes when the damage is known.
    @Test mutating func aLaterRevocationMakesEntriesSuspectAndLeavesTheFirstInPlace() throws {
        try log.apply(log.adding(log.pop.publicKey, .revoke))
        let panic = try log.kit()
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 4))
        let first = try log.kit()
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        #expect(try judge(file, by: panic).ok)
        #expect(try judge(file, by: first).ok)
        let report = try judge(file)
        #expect(report.outcome == .suspect && report.signer?.revocation?.entry == 4)
    }

    @Test mutating func theReasonOfTheFirstRevocationIsGiven() throws {
        let key = log.pop.publicKey
        for (reason, size) in [("laptop stolen", nil), ("it was Tuesday", 3)]
            as [(Text, UInt64?)]
        {
            let change = KeyManifest(
                .revoke, coseKey: Text(key.string), issuer: MemoryLedger.berlin, roles: [.pop],
                notBefore: 0, suspectFrom: size, reason: reason)
            try log.apply(change.manifest(origin: log.origin.text, nonce: log.nonce()))
        }
        let report = try judge(file)
        let doubt =
            #"the key was revoked in entry 4 ("laptop stolen") and is suspect from entry 3 on"#
        #expect(report.signer?.doubt == doubt)
    }

    /// False outranks suspect: to accept suspects is not to accept what is false.
    @Test mutating func whatIsFalseIsNotSuspect() throws {
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        let late = try log.capture("photo")
        let report = try judge(late, acceptSuspect: true)
        #expect(!report.ok && report.outcome == .refuted && report.signer?.state == .revoked)
        #expect(
            report.says(.issuer, .refuted, "the key was revoked in entry 4, and this is entry 5"))
        let another = try Verifier(log.kit()).verify(
            file: file.encoded(), artifact: .sha256([]), acceptSuspect: true)
        #expect(!another.ok && another.outcome == .anotherFile)
    }

    /// A revoked key is known: what is not known is when this was signed.
    @Test mutating func withoutAReceiptARevokedKeyIsKnownAndProvesNothing() throws {
        var bare = file
        bare.receipts = []
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        let report = try judge(bare, acceptSuspect: true)
        #expect(!report.ok && report.signer?.state == .revoked)
        #expect(report.says(.issuer, .unknown, "no receipt shows that this was logged before"))
    }

    /// An administrator's key can be stolen too.
    @Test mutating func aControlStatementOfASuspectAdministratorIsSuspect() throws {
        let second = try log.values.ed25519("second")
        try log.apply(
            log.adding(second.publicKey, issuer: "https://a.example", roles: [.admin]))
        let index = log.size - 1
        let control = try #require(log.controls.last)
        let revoke = try log.adding(
            log.admin.publicKey, issuer: log.adminIssuer, roles: [.admin], .revoke,
            suspectFrom: index)
        try log.apply(revoke, by: second, issuer: "https://a.example")
        var record = try TransparentStatement(control.statement, manifest: nil)
        record.receipts = [try log.receipt(index)]
        let report = try log.judge(record)
        #expect(report.outcome == .suspect && report.says(.issuer, .suspect, "is suspect from"))
    }

    // MARK: - Damaged

    /// Every record that is cut off is damaged; one that parses and is wrong is false.
    @Test func bytesThatAreNoMessageAreDamagedAndNotMerelyFalse() throws {
        let verifier = try Verifier(log.kit())
        let whole = file.encoded()
        for count in 0..<whole.count {
            let report = verifier.verify(file: Array(whole.prefix(count)), artifact: nil)
            #expect(report.isDamaged && report.outcome == .damaged && !report.ok, "\(count)")
            #expect(report.says(.statement, .refuted) && report.signer == nil)
        }
        #expect(verifier.verify(file: whole + [0], artifact: nil).outcome == .damaged)
        var message = try COSESign1.decode(whole)
        message.unprotected = message.unprotected.setting(-65543, to: .null)
        let wrong = verifier.verify(file: message.encoded(), artifact: nil)
        #expect(!wrong.isDamaged && wrong.outcome == .refuted)
    }

    // MARK: - The work itself

    @Test func aRecordWithoutItsWorkIsOkOnlyWhereItIsAskedAboutAlone() throws {
        let verifier = try Verifier(log.kit())
        let bare = verifier.verify(file: file.encoded(), artifact: nil)
        #expect(!bare.ok && bare.outcome == .recordOnly && bare.reached == .logged)
        #expect(verifier.verify(file: file.encoded(), artifact: nil, recordOnly: true).ok)
    }

    /// The words of an answer and its yes never part.
    @Test mutating func okIsVerifiedAndNothingElse() throws {
        try log.apply(log.adding(log.pop.publicKey, .revoke, suspectFrom: 3))
        var bare = file
        bare.receipts = []
        for kit in [try log.kit(), try MemoryLedger(seed: "other").kit()] {
            for record in [file, bare] {
                for artifact in ["photo", "other", nil] as [String?] {
                    for accepts in [false, true] {
                        let report = Verifier(kit).verify(
                            file: record.encoded(),
                            artifact: artifact.map { .sha256(Array($0.utf8)) },
                            acceptSuspect: accepts)
                        #expect(report.ok == (report.outcome == .verified))
                        #expect(
                            report.ok
                                == (accepts && artifact == "photo"
                                    && record.receipts == file.receipts
                                    && kit.genesis == log.registry.genesis))
                    }
                }
            }
        }
    }
}
