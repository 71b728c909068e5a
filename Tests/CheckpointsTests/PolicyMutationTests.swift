import Checkpoints
import Encoding
import Testing

/// A policy is trusted as it is; a damaged one must not come to trust somebody else.
@Suite struct PolicyMutationTests {
    @Test func noChangedBitOfAPolicyTrustsAnyoneElse() throws {
        let witnesses = try (0..<3).map { try Cosigner(Text("w\($0).example")) }
        let good = try TrustPolicy(
            logs: [.init(key: signer("ledger.example/prints").verifierKey)],
            witnesses: witnesses.enumerated().map { number, witness in
                .init(name: PolicyWord(stringLiteral: "w\(number)"), key: witness.verifierKey)
            },
            groups: [.init(name: "G", threshold: 2, members: ["w0", "w1", "w2"])], quorum: "G")
        let keys = Set(good.logs.map(\.key) + good.witnesses.map(\.key))
        let file = good.encoded
        var readable = 0
        for position in file.indices {
            for bit in 0..<8 as Range<UInt8> {
                var changed = file
                changed[position] ^= 1 << bit
                guard let policy = try? TrustPolicy(parsing: changed) else { continue }
                readable += 1
                // A key of a type that is never verified here is carried, and trusts nobody.
                let trusted = Set(policy.logs.map(\.key) + policy.witnesses.map(\.key))
                    .filter { if case .other = $0.kind { false } else { true } }
                #expect(trusted.isSubset(of: keys), "bit \(bit) of byte \(position)")
            }
        }
        // A changed name, threshold or comment sign is read; far fewer than the bits there are.
        #expect((1..<file.count).contains(readable))
    }
}
