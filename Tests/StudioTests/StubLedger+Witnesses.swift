import Checkpoints
import Encoding
import Ledger
import Provenance
import Studio
import TestLedger
import TestSupport

/// What witnesses do to a ledger of a test, and the kit that asks for them.
extension StubLedger {
    /// Has `witness` sign the head of `size`, by default the newest.
    func cosign(by witness: TestWitness, size: UInt64? = nil, at time: UInt64) throws {
        let head = try found(
            try fixture.ledger.head(size: size ?? fixture.ledger.head().size), "a head")
        try fixture.ledger.add(
            [witness.cosign(head.note, at: time)], of: [witness.verifierKey],
            toHeadOf: head.size)
    }

    /// The ledger's kit of now, whose quorum is this witness, and which trusts the tokens of
    /// authorities with this root.
    func kit(askingFor witness: TestWitness, root: [UInt8]? = nil) throws -> TrustKit {
        var files = try fixture.ledger.trustKit()
        files.timestampRoots = root
        let log = try TrustPolicy(parsing: files.policy).logs
        files.policy = Array(log.map { "log \($0.key)\n" }.joined().utf8)
        files.policy += Array("witness w \(witness.verifierKey)\nquorum w\n".utf8)
        return try TrustKit(files)
    }

    /// Logs some entries more, so that there is a newer head.
    func grow(by count: Int = 1) async throws {
        for _ in 0..<count {
            _ = try await fixture.register(fixture.capture("\(UInt64.random(in: 0 ... .max))"))
        }
    }
}
