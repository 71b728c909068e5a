import Encoding
import Foundation
import LedgerClient
import Merkle
import Provenance

/// What needs no server once the receipts are there: verification, and hashing of the artifact.
struct OfflineBars {
    /// Files that are verified in turn.
    private static let sample = 128

    /// Signatures that prove one statement: its own, its receipt's and the checkpoint's.
    private static let signatures = 3

    /// Those of a key statement that comes with it: the registry vouches for the statement.
    private static let issuerSignatures = 2

    /// Bytes of the artifact that is hashed.
    private static let artifactBytes = 1 << 30

    let run: Run
    let ledger: BenchLedger

    func measure() async throws {
        guard run.has(.verify) || run.has(.hash) else { return }
        let trust = run.folder.appending(path: "trust")
        try ledger.writeTrustKit(to: trust)
        if run.has(.verify) { run.add([try await verification(trust)]) }
        if run.has(.hash) { run.add(try await hashing(trust)) }
    }

    // MARK: - Verification

    private func verification(_ trust: URL) async throws -> Bar {
        let verifier = Verifier(try kit(trust))
        let works = run.works.prefix(Self.sample)
        let files = try await LedgerClient.with(ledger.url) { client in
            var files: [(bytes: [UInt8], artifact: Hash)] = []
            for work in works {
                let file = try await client.transparent(work.statement.id)
                files.append((file, work.statement.subjectDigests[0]))
            }
            return files
        }
        let before = try signatureSeconds()
        var count = 0
        let computed = Rate.ownSeconds
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(1) {
            for (bytes, artifact) in files {
                let report = verifier.verify(file: bytes, artifact: artifact)
                guard report.ok else { throw BenchError("not verified: \(report.findings)") }
            }
            count += files.count
        }
        let time = (Rate.ownSeconds - computed) / Double(count)
        let issuers = try files.first.map { try TransparentStatement($0.bytes).issuers.count } ?? 0
        let checks = Double(Self.signatures + Self.issuerSignatures * issuers)
        let limit = checks * (before + (try signatureSeconds())) / 2
        return Bar(
            name: "offline verification", unit: "us", value: time * 1e6, limit: limit * 1e6,
            target: 1.3, sense: .atMost)
    }

    /// What one check computes on one thread: verification has one, too.
    private func signatureSeconds() throws -> Double {
        try SignatureLimit.measure(run.works[...], by: run.verificationKey, threads: 1).computed
    }

    private func kit(_ folder: URL) throws -> TrustKit {
        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: folder.appending(path: name)))
        }
        return try TrustKit(
            TrustKit.Files(
                policy: bytes("policy"), genesis: bytes("genesis"),
                registry: bytes("registry.cbor"), receiptKeys: bytes("receipt-keys.cbor"),
                timestampRoots: nil))
    }

    // MARK: - Hashing

    private func hashing(_ trust: URL) async throws -> [Bar] {
        let small = run.folder.appending(path: "small.bin")
        let large = run.folder.appending(path: "large.bin")
        try write(byteCount: 1, to: small)
        try write(byteCount: Self.artifactBytes, to: large)
        for file in [small, large] { try await record(file) }
        let base = try verify(small, trust)
        let before = try openssl(large).seconds
        let run = try verify(large, trust)
        let after = try openssl(large).seconds
        return [
            Bar(
                name: "verify 1 GiB", unit: "s", value: run.seconds, limit: (before + after) / 2,
                target: 1.1, sense: .atMost),
            Bar(
                name: "memory, 1 GiB over 1 B", unit: "MiB", value: run.mebibytes,
                limit: base.mebibytes, target: 1.1, sense: .atMost),
        ]
    }

    /// Writes bytes that are no hole in the file.
    private func write(byteCount: Int, to file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        let block = Data((0..<min(byteCount, 1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        for _ in 0..<byteCount / block.count { try handle.write(contentsOf: block) }
        try handle.close()
    }

    /// Signs and registers `file`, and puts its record beside it.
    private func record(_ file: URL) async throws {
        guard let digest = Hex.decode(try openssl(file).digest), let artifact = Hash(digest) else {
            throw BenchError("openssl gives no digest of \(file.path())")
        }
        let work = try SignedWork(
            name: file.lastPathComponent, artifact: artifact, key: run.key,
            at: UInt64(Date().timeIntervalSince1970))
        let record = try await LedgerClient.with(ledger.url) { client in
            _ = try await client.register(work.bytes)
            return try await client.transparent(work.statement.id)
        }
        try Data(record).write(to: file.appendingPathExtension("colophon"))
    }

    private func openssl(_ file: URL) throws -> (digest: String, seconds: Double) {
        let start = ContinuousClock.now
        let output = try Child.run("openssl", ["dgst", "-sha256", "-r", file.path()])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (String(output.prefix { $0 != " " }), seconds)
    }

    private func verify(_ file: URL, _ trust: URL) throws -> (seconds: Double, mebibytes: Double) {
        let usage = run.folder.appending(path: "usage")
        let start = ContinuousClock.now
        try Child.run(
            "/usr/bin/time",
            [
                "-f", "%M", "-o", usage.path(), Child.sibling("colophon"), "verify", file.path(),
                "--trust", trust.path(),
            ])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let text = try String(contentsOf: usage, encoding: .utf8)
        guard let kibibytes = Double(text.filter { !$0.isWhitespace }) else {
            throw BenchError("time says: \(text)")
        }
        return (seconds, kibibytes / 1024)
    }
}
