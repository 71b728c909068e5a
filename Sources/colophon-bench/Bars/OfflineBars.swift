import Encoding
import Foundation
import LedgerClient
import Merkle
import Processes
import Provenance
import Studio

/// What needs no server once the receipts are there: verification, and hashing of the artifact.
struct OfflineBars {
    /// Files that are verified in turn.
    private static let sample = 128

    /// Bytes of the artifact that is hashed.
    private static let artifactBytes = 1 << 30

    let run: Run
    let ledger: BenchLedger

    /// The ledger that logs the artifacts which are hashed.
    let small: BenchLedger

    func measure() async throws {
        if run.has(.verify) { run.add([try await verification(trustKit(of: ledger))]) }
        if run.has(.hash) { run.add(try await hashing(trustKit(of: small))) }
    }

    private func trustKit(of ledger: BenchLedger) throws -> URL {
        let trust = run.workshop.folder.appending(path: "trust")
        try? FileManager.default.removeItem(at: trust)
        try ledger.writeTrustKit(to: trust)
        return trust
    }

    // MARK: - Verification

    private func verification(_ trust: URL) async throws -> Bar {
        let verifier = Verifier(try NamedKit.kit(trust.path()))
        let files = try await files()
        let checks = try files.map { try Self.signatures(in: $0.bytes) }.reduce(0, +)
        let before = try SignatureLimit.seconds(in: run.workshop)
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
        let limit =
            Double(checks) / Double(files.count)
            * (before + (try SignatureLimit.seconds(in: run.workshop))) / 2
        return Bar(
            name: "offline verification", unit: "us", value: time * 1e6, limit: limit * 1e6,
            target: 1.3, sense: .atMost)
    }

    /// Files from all over the log, with the digests of their artifacts.
    private func files() async throws -> [(bytes: [UInt8], artifact: Hash)] {
        let total = try await ledger.captures()
        let names = try run.workshop.names(Self.sample, ofFirst: total)
        return try await LedgerClient.with(ledger.url) { client in
            var files: [(bytes: [UInt8], artifact: Hash)] = []
            for name in names {
                let file = try await client.transparent(name)
                let artifact = try TransparentStatement(file).statement.subjectDigests[0]
                files.append((file, artifact))
            }
            return files
        }
    }

    /// The signatures that a file rests on, each counted once: its own, and those under the
    /// receipts and checkpoints in it.
    ///
    /// A key statement's own is not one of them: the kit's registry vouches for it.
    private static func signatures(in bytes: [UInt8]) throws -> Int {
        let file = try TransparentStatement(bytes)
        var receipts = file.receipts
        for issuer in file.issuers { receipts += try TransparentStatement(issuer).receipts }
        let read = try receipts.map { try Receipt($0) }
        return 1 + Set(read.map(\.signature)).count + Set(read.compactMap(\.note)).count
    }

    // MARK: - Hashing

    private func hashing(_ trust: URL) async throws -> [Bar] {
        let tiny = run.workshop.folder.appending(path: "tiny.bin")
        let large = run.workshop.folder.appending(path: "large.bin")
        defer { try? FileManager.default.removeItem(at: large) }
        try write(byteCount: 1, to: tiny)
        try write(byteCount: Self.artifactBytes, to: large)
        for file in [tiny, large] { try await record(file) }
        let base = try verify(tiny, trust)
        let before = try openssl(large).seconds
        let run = try verify(large, trust)
        let after = try openssl(large).seconds
        let mebibytes = Double(Self.artifactBytes) / 1_048_576
        return [
            Bar(
                name: "verify 1 GiB of openssl", unit: "MiB/s", value: mebibytes / run.seconds,
                limit: 2 * mebibytes / (before + after), target: 0.95, sense: .atLeast),
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
        let record = try run.workshop.captures.record(of: artifact, file.lastPathComponent)
        let transparent = try await LedgerClient.with(small.url) { client in
            _ = try await client.register(record.bytes)
            return try await client.transparent(record.id)
        }
        try Data(transparent).write(to: file.appendingPathExtension("colophon"))
    }

    private func openssl(_ file: URL) throws -> (digest: String, seconds: Double) {
        let start = ContinuousClock.now
        let output = try Child.run("openssl", ["dgst", "-sha256", "-r", file.path()])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (String(output.prefix { $0 != " " }), seconds)
    }

    private func verify(_ file: URL, _ trust: URL) throws -> (seconds: Double, mebibytes: Double) {
        let usage = run.workshop.folder.appending(path: "usage")
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
