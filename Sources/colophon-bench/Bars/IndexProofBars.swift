import Foundation
import IndexMap
import LedgerClient
import Merkle
import Provenance
import Studio

/// What a proof of completeness takes on a disk and of a verifier, where three witnesses have seen
/// the index head that it rests on.
struct IndexProofBars {
    /// Witnesses of the ledger, and how often it asks them.
    private static let (witnesses, interval) = (3, "1s")

    /// Proofs of names that none has, and as many of names that one entry has.
    private static let sample = 256

    /// Bytes of a proof with its head, and what verifying it may cost, in its signature checks.
    private static let (bytes, cost) = (4096.0, 1.3)

    let run: Run
    let index: BenchIndex

    private var ledger: BenchLedger { index.ledger }

    /// Leaves the ledger served, without witnesses.
    func measure() async throws {
        let folder = run.workshop.folder
        let witnesses = try BenchWitness.several(Self.witnesses, of: ledger, in: folder)
        defer { for witness in witnesses { witness.server.stop() } }
        let policy = try BenchWitness.writePolicy(ofAll: witnesses, in: folder)
        ledger.server.stop()
        _ = try await index.start([
            "--witness-policy", policy, "--witness-interval", Self.interval,
        ])
        try await index.covered()
        run.add(try await bars())
        ledger.server.stop()
        _ = try await index.start()
    }

    private func bars() async throws -> [Bar] {
        let verifier = try verifier()
        let absent = (0..<Self.sample).map {
            IndexName.artifact(.sha256(Array("absent \($0)".utf8)))
        }
        try await index.patiently("\(Self.witnesses) witnesses have seen the index head") {
            let proof = try await proofs(of: Array(absent.prefix(1)))[0]
            return verifier.lists(0, in: proof)
        }
        let (none, one) = (try await proofs(of: absent), try await proofs(of: listed()))
        let wrong =
            none.count { !verifier.lists(0, in: $0) } + one.count { !verifier.lists(1, in: $0) }
        guard wrong == 0 else { throw BenchError("\(wrong) proofs do not list what is there") }
        return [
            Bar("proof of an absent name", "B", Self.largest(of: none), of: Self.bytes),
            Bar("proof of a listed name", "B", Self.largest(of: one), of: Self.bytes),
            try verification(of: none + one, verifier),
        ]
    }

    /// A verifier by the ledger's kit, which asks for a cosignature of each witness.
    private func verifier() throws -> Verifier {
        let trust = run.workshop.folder.appending(path: "trust-index")
        try? FileManager.default.removeItem(at: trust)
        try ledger.writeTrustKit(to: trust)
        return Verifier(try NamedKit.kit(trust.path()))
    }

    /// Artifacts of captures all over the log: each is in one entry.
    private func listed() async throws -> [IndexName] {
        let total = try await ledger.captures()
        return try (0..<Self.sample).map { place in
            let record = try run.workshop.captures.record(place * total / Self.sample)
            return .artifact(record.statement.subjectDigests[0])
        }
    }

    /// The ledger's proofs of these names, one for one.
    private func proofs(of names: [IndexName]) async throws -> [[UInt8]] {
        try await LedgerClient.with(ledger.url) { client in
            var proofs: [[UInt8]] = []
            for name in names {
                guard case .proof(let bytes) = try await client.complete(name) else {
                    throw BenchError("the ledger gives no proof of completeness")
                }
                proofs.append(bytes)
            }
            return proofs
        }
    }

    private static func largest(of proofs: [[UInt8]]) -> Double {
        Double(proofs.map(\.count).max() ?? 0)
    }

    /// What it costs to verify one of them, beside the signature checks that it rests on.
    private func verification(of proofs: [[UInt8]], _ verifier: Verifier) throws -> Bar {
        let checks = try proofs.map { try Self.signatures(in: $0) }.reduce(0, +)
        let before = try SignatureLimit.seconds(in: run.workshop)
        var count = 0
        let computed = Rate.ownSeconds
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(1) {
            for proof in proofs where !verifier.verify(complete: proof).isProven {
                throw BenchError("it was verified before")
            }
            count += proofs.count
        }
        let time = (Rate.ownSeconds - computed) / Double(count)
        let limit =
            Double(checks) / Double(proofs.count)
            * (before + (try SignatureLimit.seconds(in: run.workshop))) / 2
        return Bar(
            name: "proof, verified", unit: "us", value: time * 1e6, limit: limit * 1e6,
            target: Self.cost, sense: .atMost)
    }

    /// The signatures that a proof rests on, each counted once: its head's own, and those under the
    /// receipts in it.
    private static func signatures(in bytes: [UInt8]) throws -> Int {
        let head = try CompleteProof(bytes).head
        return 1 + (try ReceiptSignatures.all(of: head.receipts).count)
    }
}

extension Verifier {
    /// Whether a proof is verified, and lists so many entries.
    fileprivate func lists(_ count: Int, in proof: [UInt8]) -> Bool {
        let found = verify(complete: proof)
        return found.isProven && found.answers.allSatisfy { $0.indexes.count == count }
    }
}

extension Report.Completeness {
    /// Whether it holds by a head that the quorum of the kit has seen.
    fileprivate var isProven: Bool { holds(at: .witnessed) }
}
