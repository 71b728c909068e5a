import Encoding
import Ledger
import Merkle
import OpenTimestamps
import Provenance
import Studio
import TestCalendar
import TestLedger
import Testing
import TestSupport
import Timestamping

/// Tokens are judged by the kit's authorities, proofs by the collector's headers
/// (verification.md §8).
@Suite struct KitEvidenceTests {
    @Test func aRecordWithATokenAndABlockIsAnchoredAndItsTokenSealed() async throws {
        let dated = try await DatedRecord()
        var chain = TestChain(height: 930_000)
        let time = UTC.now + 600
        let proof = try dated.proof(sealing: [dated.token], in: &chain, at: time)
        let anchors = [
            dated.anchor(Anchor.timestamp, dated.token),
            dated.anchor(Anchor.openTimestamps, proof.encoded),
        ]
        let roots = try dated.authority.root()
        let report = try dated.report(anchors, roots: roots, headers: chain, require: .anchored)
        #expect(report.ok && report.reached == .anchored, "\(report.findings)")
        let (token, block) = (report.evidence[0], report.evidence[1])
        #expect(token.authority == "signer One" && token.isSealed && token.tolerance == 0)
        #expect(token.expires == DatedRecord.certificateEnd)
        #expect(block.authority == "block 930000 of headers.txt" && block.time == time)
        #expect(block.tolerance == 7_200 && block.expires == nil)
        #expect(report.existedBy?.authority == "signer One")
        #expect(report.existedBy?.time == token.time)
        // Without headers it is timestamped, and the proof's block is named.
        let alone = try dated.report(anchors, roots: roots)
        #expect(alone.ok && alone.reached == .timestamped && !alone.evidence[0].isSealed)
        #expect(alone.findings.contains { $0.verdict == .notChecked && $0.check == .anchor })
        #expect(alone.findings.contains { $0.detail.contains("Bitcoin block 930000") })
        // Without authorities the level is passed over.
        let nameless = try dated.report(anchors, roots: nil, headers: chain)
        #expect(nameless.reached == .anchored && nameless.namesNobody(for: .timestamped))
    }

    /// A certificate that has ended since: the block of before its end has sealed the token.
    @Test func aTokenOutlivesItsCertificate() async throws {
        let dated = try await DatedRecord()
        var chain = TestChain()
        let proof = try dated.proof(
            sealing: [dated.token], in: &chain, at: DatedRecord.certificateEnd - 86_400)
        let late = DatedRecord.certificateEnd + 86_400
        let roots = try dated.authority.root()
        let token = dated.anchor(Anchor.timestamp, dated.token)
        let sealed = try dated.report(
            [token, dated.anchor(Anchor.openTimestamps, proof.encoded)], roots: roots,
            headers: chain, at: late)
        #expect(sealed.ok && sealed.evidence[0].isSealed, "\(sealed.findings)")
        #expect(sealed.findings.contains { $0.detail.contains("had sealed it by then") })
        let alone = try dated.report([token], roots: roots, at: late)
        #expect(alone.ok && alone.reached == .timestamped && !alone.evidence[0].isSealed)
        #expect(alone.findings.contains { $0.detail.contains("nothing later covers it") })
    }

    /// The proof is about the head, and none of its tokens: it seals nothing.
    @Test func aProofThatCommitsToAnotherTokenSealsNothing() async throws {
        let dated = try await DatedRecord()
        var chain = TestChain()
        let proof = try dated.proof(sealing: [[1, 2, 3]], in: &chain, at: UTC.now)
        let report = try dated.report(
            [
                dated.anchor(Anchor.timestamp, dated.token),
                dated.anchor(Anchor.openTimestamps, proof.encoded),
            ], roots: dated.authority.root(), headers: chain)
        #expect(report.reached == .anchored && !report.evidence[0].isSealed)
    }

    @Test func hostileTokensAreRefusedByName() async throws {
        let dated = try await DatedRecord()
        let other = try await TestAuthority { $0.name = "Two" }
        let elsewhere = try await DatedRecord.token(of: .sha256([9]), by: dated.authority)
        let stranger = try await DatedRecord.token(of: .sha256(dated.checkpoint), by: other)
        var flipped = dated.token
        flipped[flipped.count - 1] ^= 1
        let cases: [(bytes: [UInt8], verdict: Verdict, words: String)] = [
            (elsewhere, .refuted, "another digest"), (stranger, .unknown, "vouches for signer Two"),
            (flipped, .refuted, ""), (dated.token.dropLast(), .refuted, ""),
            (dated.token + [0], .refuted, ""), ([], .refuted, ""), ([0x30, 0x80], .refuted, ""),
            ([UInt8](repeating: 0x30, count: 100_000), .refuted, ""),
        ]
        let roots = try dated.authority.root()
        for (bytes, verdict, words) in cases {
            let report = try dated.report(
                [dated.anchor(Anchor.timestamp, Array(bytes))], roots: roots)
            let finding = report.findings.first { $0.check == .timestamp }
            #expect(finding?.verdict == verdict, "\(report.findings)")
            #expect(finding?.detail.contains(words) == true || words.isEmpty, "\(finding as Any)")
            #expect(report.reached == .logged && report.existedBy == nil)
            #expect(report.ok == (verdict == .unknown))
        }
    }

    @Test func hostileProofsAreRefusedByName() async throws {
        let dated = try await DatedRecord()
        var chain = TestChain(height: 800_000)
        let good = try dated.proof(sealing: [], in: &chain, at: UTC.now)
        var fork = TestChain(height: 800_000)
        fork.mine(time: 1_760_000_000)
        var higher = TestChain(height: 900_000)
        higher.mine(time: 1_760_000_000)
        let wrong = CalendarSubmission(of: .sha256([9]))
        let pending = try wrong.proof(reply: ProofItem.tree([.pending("https://a.example")]))
        let header = [UInt8](repeating: 7, count: 80)
        let cases: [(bytes: [UInt8], header: [UInt8]?, headers: TestChain, verdict: Verdict)] = [
            (good.encoded, nil, fork, .refuted), (good.encoded, nil, higher, .notChecked),
            (good.encoded, header, chain, .refuted), (pending.encoded, nil, chain, .refuted),
            (good.encoded.dropLast(), nil, chain, .refuted),
            (good.encoded + [0], nil, chain, .refuted),
            ([], nil, chain, .refuted),
            ([UInt8](repeating: 0xff, count: 100_000), nil, chain, .refuted),
        ]
        for (bytes, header, headers, verdict) in cases {
            let report = try dated.report(
                [dated.anchor(Anchor.openTimestamps, Array(bytes), header: header)], roots: nil,
                headers: headers)
            let finding = report.findings.first { $0.check == .anchor }
            #expect(finding?.verdict == verdict, "\(report.findings)")
            #expect(report.reached == .logged && report.ok == (verdict != .refuted))
        }
        let own = try CalendarSubmission(of: .sha256(dated.checkpoint))
            .proof(reply: ProofItem.tree([.pending("https://a.example")]))
        let promised = try dated.report(
            [dated.anchor(Anchor.openTimestamps, own.encoded)], roots: nil, headers: chain)
        #expect(promised.ok && promised.reached == .logged)
        #expect(
            promised.findings.contains { $0.detail.contains("no block yet: https://a.example") })
    }

    /// What stands in a kit's file of authorities is read by the program, and refused by name.
    @Test func aKitWhoseCertificatesCannotBeReadIsNamed() async throws {
        let ledger = try await DatedRecord()
        var files = try ledger.ledger.ledger.trustKit()
        files.timestampRoots = Array("no certificate\n".utf8)
        let kit = try TrustKit(files)
        let error = #expect(throws: TrustKitError.self) {
            try KitEvidence.checkers(of: kit, clock: { UTC.now })
        }
        #expect(error?.file == "tsa.pem")
        files.timestampRoots = try ledger.authority.root()
        let named = try KitEvidence.authorities(of: TrustKit(files))
        #expect(named.map(\.name) == ["root One"])
        #expect(named.first?.until == 4_102_444_799)
    }

    @Test func aFileOfHeadersIsReadInPiecesAndRefusedByItsLine() throws {
        let place = try TemporaryFolder()
        var chain = TestChain(height: 7)
        for number in 0..<300 { chain.mine(time: 1_760_000_000 + UInt32(number)) }
        try place.write(chain.file, to: "headers.txt")
        let read = try NamedHeaders(place.path("headers.txt"))
        #expect(read.name == "headers.txt" && read.headers.range == 7...306)
        try place.write(chain.file + Array("307 00\n".utf8), to: "bad.txt")
        let error = #expect(throws: NamedHeadersError.self) {
            try NamedHeaders(place.path("bad.txt"))
        }
        #expect(error == .refused(place.path("bad.txt"), .malformed(line: 301)))
        guard
            case .unreadable? = #expect(
                throws: NamedHeadersError.self, performing: { try NamedHeaders(place.path("none")) }
            )
        else {
            Issue.record("a file that is not there was read")
            return
        }
    }
}
