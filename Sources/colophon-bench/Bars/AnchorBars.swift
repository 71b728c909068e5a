import Checkpoints
import Foundation
import LedgerClient
import Merkle
import Provenance
import Studio

/// What it costs a ledger to be seen by witnesses and dated by an authority, how soon a new entry
/// is, and what the record of one takes on a disk and of a verifier.
struct AnchorBars {
    /// Witnesses of the ledger, and how often they and the authority are asked.
    private static let witnesses = 3
    private static let witnessInterval = "1s"
    private static let timestampInterval = "5s"

    /// Entries of which the time is taken until a file proves them seen and dated, and the time.
    ///
    /// Each is submitted when the one before is dated, so that it waits nearly the whole interval.
    private static let proofs = 5
    private static let proofSeconds = 10.0

    /// Bytes that a record may have beside its manifest.
    private static let recordBytes = 12_288.0

    /// The longest wait for a proof before the run is given up, in seconds.
    private static let patience = 60.0

    let run: Run

    func measure() async throws {
        guard run.has(.anchors) else { return }
        guard let program = run.authority else {
            throw BenchError("the part anchors needs --authority; Tools/bench names one")
        }
        let plain = try await run.workshop.newLedger("undated")
        defer { plain.server.stop() }
        let ledger = try await run.workshop.newLedger("dated")
        defer { ledger.server.stop() }
        let folder = run.workshop.folder
        let authority = try BenchAuthority(program, in: folder)
        defer { authority.server.stop() }
        let witnesses = try BenchWitness.several(Self.witnesses, of: ledger, in: folder)
        defer { for witness in witnesses { witness.server.stop() } }
        let policy = try BenchWitness.writePolicy(ofAll: witnesses, in: folder)
        ledger.server.stop()
        _ = try await ledger.start([
            "--witness-policy", policy, "--witness-interval", Self.witnessInterval,
            "--timestamp-authority", authority.url, "--timestamp-ca", authority.certificates,
            "--timestamp-interval", Self.timestampInterval,
        ])
        try await measure(ledger, beside: plain)
    }

    private func measure(_ ledger: BenchLedger, beside plain: BenchLedger) async throws {
        let verifier = try Self.verifier(of: ledger, in: run.workshop.folder)
        let (slowest, files) = try await proofs(of: ledger, verifier)
        run.add([
            Bar(
                name: "entry seen and dated", unit: "s", value: slowest,
                limit: Self.proofSeconds, target: 1, sense: .atMost)
        ])
        run.add(try offline(files, verifier))
        let loads = PairedLoads(workshop: run.workshop, first: Self.proofs)
        let ratio = try await loads.middle(of: ledger, beside: plain)
        run.add([
            Bar(
                name: "batch, seen and dated", unit: "1/s", value: ratio.value,
                limit: ratio.limit, target: 0.95, sense: .atLeast)
        ])
    }

    /// A collector's verifier, by the kit of a ledger that is served.
    private static func verifier(of ledger: BenchLedger, in folder: URL) throws -> Verifier {
        let trust = folder.appending(path: "trust-dated")
        try? FileManager.default.removeItem(at: trust)
        try ledger.writeTrustKit(to: trust)
        let kit = try NamedKit.kit(trust.path())
        return Verifier(kit, checkers: try KitEvidence.checkers(of: kit, clock: { UTC.now }))
    }

    // MARK: - How soon

    /// The longest time from a submission until the ledger gives a file that proves the entry seen
    /// by all witnesses and dated, in seconds; and the files.
    private func proofs(
        of ledger: BenchLedger, _ verifier: Verifier
    ) async throws -> (slowest: Double, files: [DatedFile]) {
        let records = try run.workshop.sign(0..<Self.proofs)
        var slowest = 0.0
        var files: [DatedFile] = []
        for record in records {
            let start = ContinuousClock.now
            let one = Load(Load.entries(of: [record]))
            _ = try await one.run(port: ledger.server.port, connections: 1)
            let file = try await LedgerClient.with(ledger.url) { client in
                while true {
                    let file = DatedFile(
                        bytes: try await client.transparent(record.id),
                        artifact: record.statement.subjectDigests[0])
                    if try verifier.proves(file) { return file }
                    guard (ContinuousClock.now - start) / .seconds(1) < Self.patience else {
                        throw BenchError("no entry was dated within a minute")
                    }
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            slowest = max(slowest, (ContinuousClock.now - start) / .seconds(1))
            files.append(file)
        }
        return (slowest, files)
    }

    // MARK: - What a record costs

    private func offline(_ files: [DatedFile], _ verifier: Verifier) throws -> [Bar] {
        let largest = try files.map { try $0.byteCountBesideManifest }.max() ?? 0
        let checks = try files.map { try $0.signatures }
        let before = try (
            own: SignatureLimit.seconds(in: run.workshop), token: TokenLimit.signatureSeconds()
        )
        var count = 0
        let computed = Rate.ownSeconds
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(1) {
            for file in files {
                guard try verifier.proves(file) else { throw BenchError("it was dated before") }
            }
            count += files.count
        }
        let time = (Rate.ownSeconds - computed) / Double(count)
        let after = try (
            own: SignatureLimit.seconds(in: run.workshop), token: TokenLimit.signatureSeconds()
        )
        let own = Double(checks.map(\.own).reduce(0, +)) * (before.own + after.own) / 2
        let token = Double(checks.map(\.tokens).reduce(0, +)) * (before.token + after.token) / 2
        return [
            Bar(
                name: "dated record", unit: "B", value: Double(largest), limit: Self.recordBytes,
                target: 1, sense: .atMost),
            Bar(
                name: "dated verification", unit: "us", value: time * 1e6,
                limit: (own + token) / Double(files.count) * 1e6, target: 1.3, sense: .atMost),
        ]
    }
}

extension Verifier {
    /// Whether a file proves its entry seen by the kit's quorum and dated.
    fileprivate func proves(_ file: DatedFile) throws -> Bool {
        let report = verify(file: file.bytes, artifact: file.artifact, require: .timestamped)
        if report.ok { return true }
        guard !report.findings.contains(where: { $0.verdict == .refuted }) else {
            throw BenchError("not verified: \(report.findings)")
        }
        return false
    }
}
