import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog
import Testing

/// Key statements that a file carries for kits that are too old (record.md §3).
@Suite struct VerifierIssuerTests {
    var log: MemoryLedger
    let kit: TrustKit

    init() throws {
        log = try MemoryLedger()
        kit = try log.kit()
    }

    /// The transparent `key` statement at `index`.
    private func link(_ index: UInt64, in size: UInt64? = nil) throws -> TransparentStatement {
        let control = try #require(log.controls.first { $0.index == index })
        var file = try TransparentStatement(control.statement, manifest: nil)
        file.receipts = [try log.receipt(index, in: size)]
        return file
    }

    private func judge(_ file: TransparentStatement, _ links: [TransparentStatement]) -> Report {
        var file = file
        file.issuers = links.map { $0.encoded() }
        return Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
    }

    @Test mutating func anOldKitLearnsTheKey() throws {
        let index = try log.addPoP()
        let file = try log.capture("photo")
        let report = judge(file, [try link(index)])
        #expect(report.ok, "\(report.findings)")
        #expect(judge(file, []).says(.issuer, .unknown))
        // A newer kit has the statement itself, and holds the file to it.
        var whole = file
        whole.issuers = [try link(index).encoded()]
        #expect(try log.judge(whole).ok)
    }

    @Test mutating func aKeyThatWasRetiredForTheKitCanComeBack() throws {
        try log.addPoP()
        try log.apply(log.adding(log.pop.publicKey, .retire, signedUntil: 0))
        let kit = try log.kit()
        let index = try log.addPoP()
        var file = try log.capture("photo")
        #expect(
            Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true).says(
                .issuer, .refuted))
        file.issuers = [try link(index).encoded()]
        let report = Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
        #expect(report.ok, "\(report.findings)")
    }

    @Test mutating func aRevokedKeyCannotComeBack() throws {
        try log.addPoP()
        try log.apply(log.adding(log.pop.publicKey, .revoke))
        let kit = try log.kit()
        // A ledger that breaks its rules logs the `add` all the same.
        let add = try log.control(log.adding(log.pop.publicKey))
        let index = log.append(add)
        var file = try log.capture("photo")
        file.issuers = [try link(index).encoded()]
        let report = Verifier(kit).verify(file: file.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.issuer, .refuted, "revoked") && !report.ok)
    }

    @Test mutating func onlyAnAdministratorsChainCounts() throws {
        let rome = try log.values.ed25519("rome")
        let first = try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
        // A PoP adds another PoP.
        let add = try log.control(
            log.adding(log.pop.publicKey), by: rome, issuer: MemoryLedger.rome)
        let second = log.append(add)
        let file = try log.capture("photo")
        let report = judge(file, [try link(second), try link(first)])
        #expect(report.says(.issuer, .refuted, "role") && !report.ok, "\(report.findings)")
    }

    @Test mutating func aLinkMustBeAnEarlierAddWithItsReceiptAndNothingElse() throws {
        let index = try log.addPoP()
        let rome = try log.values.ed25519("rome")
        let other = try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
        let file = try log.capture("photo")
        let late = try log.addPoP()
        let good = try link(index)
        var bare = good
        bare.receipts = []
        var burdened = good
        burdened.issuers = [good.encoded()]
        var noteless = good
        noteless.receipts = [
            try log.head(log.size, note: []).receipt(log.proof(index, in: log.size))
        ]
        var foreign = good
        foreign.receipts = [try log.receipt(other)]
        let wrong: [(String, [TransparentStatement])] = [
            ("of another key", [try link(other)]), ("later than the entry", [try link(late)]),
            ("without a receipt", [bare]), ("with links of its own", [burdened]),
            ("without a checkpoint", [noteless]), ("with another's receipt", [foreign]),
            ("not a key statement", [file]), ("twice", [good, good]),
        ]
        for (name, links) in wrong {
            let report = judge(file, links)
            #expect(report.says(.issuer, .refuted) && !report.ok, "\(name): \(report.findings)")
        }
        #expect(judge(file, [good]).ok)
    }

    @Test mutating func belowTheKitsSizeOnlyItsOwnRegistryCounts() throws {
        var fork = log
        let index = try log.addPoP()
        let file = try log.capture("photo")
        _ = try fork.addPoP(log.values.ed25519("else").publicKey)
        for name in ["a", "b", "c"] { _ = try fork.capture(name) }
        var whole = file
        whole.issuers = [try link(index).encoded()]
        let report = Verifier(try fork.kit()).verify(
            file: whole.encoded(), artifact: nil, recordOnly: true)
        #expect(report.says(.issuer, .refuted, "registry"), "\(report.findings)")
    }

    @Test mutating func withoutAPositionTheLinksDoNotCount() throws {
        let index = try log.addPoP()
        var file = try log.capture("photo")
        file.receipts = []
        let report = judge(file, [try link(index)])
        #expect(report.reached == nil && report.says(.issuer, .unknown), "\(report.findings)")
    }
}
