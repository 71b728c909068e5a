import Checkpoints
import Encoding
import Merkle
import Provenance
import Testing
import TestSupport

/// Nothing that is not itself verified decides a finding (verification.md): what proves nothing
/// gets its own finding, and is for every other one as if it were not there.
@Suite struct VerifierUnverifiedTests {
    let files: UnverifiedFiles

    init() throws {
        files = try UnverifiedFiles()
    }

    /// The attack: a statement for another ledger, and a receipt in that ledger's name that
    /// anybody can make.
    @Test func aMadeUpReceiptDoesNotMendTheAudience() throws {
        for name in ["for another ledger", "for another ledger, not logged"] {
            let base = try #require(files.bases.first { $0.name == name })
            try #require(base.report().says(.aud, .refuted))
            var file = base.file
            file.receipts.append(try files.stranger.receipt(of: file.statement))
            let report = base.report(file)
            #expect(report.says(.aud, .refuted) && report.says(.receipt, .unknown), "\(name)")
            #expect(base.report(extra: [file.receipts.last ?? []]).says(.aud, .refuted))
        }
    }

    /// A receipt of another ledger that the kit knows counts only where it proves.
    @Test func aProvingReceiptOfAnotherLedgerDecidesTheAudience() throws {
        let there = try #require(files.bases.first { $0.name == "logged where it is meant for" })
        #expect(there.report().ok && there.report().says(.aud, .ok))
        let elsewhere = try #require(files.bases.first { $0.name == "logged in another ledger" })
        #expect(elsewhere.report().says(.aud, .refuted))
    }

    @Test func whatProvesNothingDecidesNothingElse() throws {
        var dice = SeededRandom(for: "VerifierUnverifiedTests")
        for base in files.bases {
            for _ in 0..<60 {
                let part = try files.part(for: base, &dice)
                let problem = part.problem(base.report(), part.report(base))
                #expect(problem == nil, "\(base.name), \(part.name): \(problem ?? ""); \(dice)")
            }
        }
    }

    /// What a part could make better is there to be made better.
    @Test func thereIsABaseForEveryFalseFinding() {
        let reports = files.bases.map { $0.report() }
        for check in Check.allCases where check != .statement && check != .timestamp {
            #expect(reports.contains { $0.says(check, .refuted) }, "\(check)")
        }
        #expect(reports.contains { $0.says(.signature, .unknown) })
        #expect(reports.contains { $0.says(.seen, .unknown) })
        #expect(reports.contains { $0.reached == .witnessed })
        #expect(reports.contains { $0.reached == .signed })
    }

    /// A line of nobody known says nothing, in a note that proves.
    @Test func aLineOfAnUnknownKeyChangesNothing() throws {
        for base in files.bases {
            var file = base.file
            file.receipts = file.receipts.map { files.withStrangeLine($0) }
            #expect(base.report(file).findings == base.report().findings, "\(base.name)")
        }
    }

    /// A manifest that is not the one that was signed is as good as none.
    @Test func aManifestThatWasNotSignedDecidesNothing() throws {
        for base in files.bases where base.file.statement.controlManifest == nil {
            var bare = base.file
            bare.manifest = nil
            let expected = base.report(bare).findings.filter { $0.check != .manifest }
            for bytes in [[], Array("{}".utf8), files.otherManifest] {
                bare.manifest = bytes
                let report = base.report(bare)
                #expect(report.findings.filter { $0.check != .manifest } == expected)
                #expect(report.says(.manifest, .refuted) && report.manifest == nil)
            }
        }
    }
}

/// Something that proves nothing, and the findings that are about it.
struct UnverifiedPart {
    let name: String
    let about: Set<Check>
    let report: (UnverifiedBase) -> Report

    /// What is wrong with a report after the part was added; nil where it is as it must be.
    func problem(_ before: Report, _ after: Report) -> String? {
        for check in Check.allCases {
            let (old, new) = (before.findings(check), after.findings(check))
            if !about.contains(check) {
                guard old == new else { return "\(check) became \(new), was \(old)" }
                continue
            }
            var rest = new.map(\.verdict)
            for finding in old where finding.verdict != .absent {
                guard let place = rest.firstIndex(of: finding.verdict) else {
                    return "\(check) lost \(finding)"
                }
                rest.remove(at: place)
            }
            guard !rest.contains(.ok) else { return "\(check) became ok: \(new)" }
        }
        guard before.reached == after.reached, before.index == after.index,
            before.loggedAt == after.loggedAt, before.manifest == after.manifest
        else { return "what is proven changed" }
        return after.ok && !before.ok ? "became ok" : nil
    }
}

/// A file, what it is compared with, and by whom.
struct UnverifiedBase {
    let name: String
    let file: TransparentStatement
    let verifier: Verifier
    var artifact: [UInt8] = Array("photo".utf8)

    func report(_ file: TransparentStatement? = nil, extra: [[UInt8]] = []) -> Report {
        report(bytes: (file ?? self.file).encoded(), extra: extra)
    }

    func report(bytes: [UInt8], extra: [[UInt8]] = []) -> Report {
        verifier.verify(file: bytes, artifact: .sha256(artifact), extraReceipts: extra)
    }
}

extension Report {
    /// What was found about one thing.
    func findings(_ check: Check) -> [Finding] {
        findings.filter { $0.check == check }
    }
}
