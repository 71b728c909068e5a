import Encoding
import Ledger
import Provenance
import Testing
import TestLedger

/// A statement that would be admitted, with one bit of it or of its manifest changed.
@Suite(.serialized) struct AdmissionMutationTests {
    @Test func noBitOfASubmissionCanBeFlipped() async throws {
        let fixture = try LedgerFixture()
        try await fixture.addPoP()
        let good = try fixture.capture("photo", audience: Text(LedgerFixture.origin))
        let size = fixture.ledger.head().size
        for bit in 0..<8 as Range<UInt8> {
            let damaged = good.indices.map { position in
                var bytes = good
                bytes[position] ^= 1 << bit
                return bytes
            }
            let answers = await fixture.ledger.register(damaged)
            #expect(answers.count == good.count)
            for (position, answer) in answers.enumerated() {
                guard case .refused = answer else {
                    Issue.record("bit \(bit) of byte \(position): \(answer)")
                    continue
                }
            }
        }
        #expect(fixture.ledger.head().size == size)
        guard case .registered = try await fixture.register(good) else {
            Issue.record("the statement itself was not admitted")
            return
        }
    }
}
