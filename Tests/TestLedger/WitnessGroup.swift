package import Checkpoints
import Encoding
package import Ledger

/// Three witnesses, of whom two are a quorum.
package struct WitnessGroup: Sendable {
    package let witnesses: [TestWitness]

    package init() throws {
        witnesses = try (0..<3).map { try TestWitness(Text("w\($0).example")) }
    }

    package var keys: [VerifierKey] { witnesses.map(\.verifierKey) }

    /// The policy, in which nobody has an address.
    package func policy() throws -> TrustPolicy {
        let names: [PolicyWord] = ["w0", "w1", "w2"]
        return try TrustPolicy(
            logs: [], witnesses: zip(names, keys).map { .init(name: $0, key: $1) },
            groups: [.init(name: "two", threshold: 2, members: names)], quorum: "two")
    }

    /// Has these witnesses cosign a head, one after the other.
    package func cosign(_ head: Head, by places: [Int] = [0, 1], in ledger: Ledger) throws {
        for place in places {
            let line = try witnesses[place].cosign(head.note, at: head.time + UInt64(place))
            try ledger.add([line], of: keys, toHeadOf: head.size)
        }
    }
}
