import Encoding
import Merkle
import Provenance
import TestLog
import Testing

/// A token outlives its certificate where a block that is older than the certificate's end holds
/// it; where none does, that is said (verification.md §8).
@Suite struct SealedEvidenceTests {
    private static let token: [UInt8] = [0x30, 1]
    private static let expires: UInt64 = MemoryLedger.start + 1_000_000
    private static let tolerance: UInt64 = 7_200

    private var log: MemoryLedger
    private let file: TransparentStatement

    init() throws {
        log = try MemoryLedger()
        try log.addPoP()
        file = try log.capture("photo")
    }

    /// What is found of a token and of a block of `time` that holds what `sealing` says, `now`.
    private func report(
        _ time: UInt64, sealing: [Hash] = [.sha256(token)], at now: UInt64? = nil,
        made: UInt64? = nil, otherHead: Bool = false
    ) throws -> Report {
        let held = EvidenceChecker.Holding(
            time: made ?? log.time(of: 4), authority: "tsa", expires: Self.expires)
        var log = log
        if otherHead { _ = try log.capture("later") }
        let anchors = [
            try log.anchor(Anchor.timestamp, Self.token, of: 3, in: 4),
            try log.anchor(Anchor.openTimestamps, of: 3, in: otherHead ? 5 : 4),
        ]
        return Verifier(
            try log.kit(), checkers: [.tokens([Self.token: held]), .block(time, sealing: sealing)]
        ).verify(
            file: try file.anchored(anchors), artifact: nil, recordOnly: true, time: now)
    }

    @Test(arguments: [(0, true), (1, false)] as [(UInt64, Bool)])
    func aTokenIsSealedByABlockThatIsSurelyOlderThanTheEndOfItsCertificate(
        later: UInt64, isSealed: Bool
    ) throws {
        let report = try report(Self.expires - Self.tolerance + later)
        #expect(report.ok && report.reached == .anchored, "\(report.findings)")
        #expect(report.evidence.map(\.isSealed) == [isSealed, false])
        #expect(report.evidence.first?.expires == Self.expires)
        #expect(report.says(.timestamp, .ok, "sealed by block 7 of headers.txt") == isSealed)
    }

    @Test func whatIsNotTheTokenOrNotOfItsHeadSealsNothing() throws {
        let time = log.time(of: 4) + 600
        #expect(try report(time).evidence.map(\.isSealed) == [true, false])
        #expect(try report(time, sealing: []).evidence.allSatisfy { !$0.isSealed })
        #expect(try report(time, sealing: [.sha256([7])]).evidence.allSatisfy { !$0.isSealed })
        #expect(try report(time, otherHead: true).evidence.allSatisfy { !$0.isSealed })
    }

    /// A certificate ends; what was proven stays, and what nothing covers is told.
    @Test func aTokenWhoseCertificateHasEndedIsProvenAndSaysWhatCoversIt() throws {
        let (time, later) = (log.time(of: 4) + 600, Self.expires + 1)
        let before = try report(time, sealing: [], at: Self.expires)
        #expect(before.ok && !before.says(.timestamp, .ok, "its certificate ended"))
        let sealed = try report(time, at: later)
        #expect(sealed.ok && sealed.reached == .anchored)
        #expect(sealed.says(.timestamp, .ok, "block 7 of headers.txt had sealed it by then"))
        let unsealed = try report(time, sealing: [], at: later)
        #expect(unsealed.ok && unsealed.reached == .anchored)
        #expect(unsealed.says(.timestamp, .ok, "nothing later covers it"), "\(unsealed.findings)")
    }

    /// A token says when it was made: it was not made after the block that holds it.
    @Test(arguments: [(7_200 + 3_600, true), (7_201 + 3_600, false)] as [(UInt64, Bool)])
    func aTokenThatIsYoungerThanWhatHoldsItIsFalse(younger: UInt64, isOK: Bool) throws {
        let time = log.time(of: 4)
        let report = try report(time, made: time + younger)
        #expect(report.ok == isOK, "\(report.findings)")
        #expect(report.says(.timestamp, .refuted, "is after what holds it") == !isOK)
        // What does not hold the token is not asked.
        #expect(try self.report(time, sealing: [], made: time + younger).ok)
    }
}
