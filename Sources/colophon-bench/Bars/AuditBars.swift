import Encoding
import Foundation
import Processes

/// What it costs anybody to replay the whole log from a copy of its files.
struct AuditBars {
    /// Leaves that an audit without signatures must take in a second.
    private static let leaves = 200_000.0

    /// What an audit may hold in memory, in MiB, whatever the log's size: the most that was
    /// resident, with what is mapped of the program and its libraries.
    private static let memory = 200.0

    let run: Run
    let ledger: BenchLedger

    private var copy: URL { run.workshop.folder.appending(path: "copy") }
    private var trust: URL { run.workshop.folder.appending(path: "trust") }
    private var state: URL { run.workshop.folder.appending(path: "audit") }

    /// Needs a ledger that was stopped.
    func measure() throws {
        guard run.has(.audit) else { return }
        for folder in [copy, trust] { try? FileManager.default.removeItem(at: folder) }
        try Child.run(
            Child.sibling("colophond"),
            ["export", "--data", ledger.data, "--out", copy.path()])
        try ledger.writeTrustKit(to: trust)
        defer { try? FileManager.default.removeItem(at: copy) }
        let light = try audit("--without-signatures", "--without-manifests", "--without-index")
        let indexed = try audit("--without-signatures", "--without-manifests")
        let manifests = try audit("--without-signatures", "--without-index")
        let before = try signatures()
        let signed = try audit("--without-manifests")
        let whole = try audit()
        let limit = (before + (try signatures())) / 2
        let resident = [light, indexed, manifests, signed, whole].map(\.mebibytes)
        let words = resident.map { String(Int($0.rounded())) }.joined(separator: ", ")
        run.workshop.say(
            "the five audits held \(words) MiB at the most, program and libraries included")
        run.add([
            bar("audit, no signatures", light.rate, of: Self.leaves, 1),
            bar("audit, and the index", indexed.rate, of: light.rate, 0.3),
            bar("audit, and manifests", manifests.rate, of: light.rate, 0.2),
            bar("audit of verify", signed.rate, of: limit, 0.8),
            bar("audit, all, of verify", whole.rate, of: limit, 0.5),
            Bar(
                name: "memory of an audit", unit: "MiB", value: resident.max() ?? 0,
                limit: Self.memory, target: 1, sense: .atMost),
        ])
    }

    private func bar(_ name: String, _ rate: Double, of limit: Double, _ target: Double) -> Bar {
        Bar(
            name: name, unit: "leaves/s", value: rate, limit: limit, target: target,
            sense: .atLeast)
    }

    /// Signatures that all cores check in a second.
    private func signatures() throws -> Double {
        let records = try (0..<1024).map { try run.workshop.captures.record($0) }
        return try SignatureLimit.measure(records[...], by: run.workshop.verificationKey).perSecond
    }

    /// Audits the copy from its beginning, in a process of its own.
    private func audit(_ flags: String...) throws -> (rate: Double, mebibytes: Double) {
        try? FileManager.default.removeItem(at: state)
        defer { try? FileManager.default.removeItem(at: state) }
        let usage = run.workshop.folder.appending(path: "usage")
        let start = ContinuousClock.now
        let output = try Child.run(
            "/usr/bin/time",
            [
                "-f", "%M", "-o", usage.path(), Child.sibling("colophon"), "audit", "--from",
                copy.path(), "--trust", trust.path(), "--state", state.path(), "--json",
            ] + flags)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let text = try String(contentsOf: usage, encoding: .utf8)
        guard let kibibytes = Double(text.filter { !$0.isWhitespace }),
            let report = try? JSON.decode(Array(output.utf8)),
            let extent = report["extent"], let entries = extent["newEntries"]?.integer, entries > 0
        else { throw BenchError("colophon audit says: \(output)") }
        // A rate with the index is one only where each map was computed.
        guard flags.contains("--without-index") || extent["maps"] == extent["indexHeads"] else {
            throw BenchError("colophon audit has not computed each map: \(output)")
        }
        return (Double(entries) / seconds, kibibytes / 1024)
    }
}
