import Auditing
import Encoding
import LogReader
import Manifests
import Merkle
import Provenance
import TestLog
import TestSupport

extension FuzzTarget {
    /// A leaf that somebody has put into a log is found to be wrong, or is a statement that the
    /// ledger had to take.
    static func auditedLeaf(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard bytes.count <= UInt16.max else { return false }
        var ledger = try auditedLedger()
        let registry = ledger.registry
        let index = ledger.append(leaf: bytes)
        let findings: [AuditFinding]
        do {
            let log = try MemoryLog(ledger)
            let tree = WaitedTree(ledger)
            findings = try WaitingThread.run { try await tree.findings(in: log) }
        } catch {
            throw BrokenProperty(description: "untrue: any leaf can be replayed: \(error)")
        }
        for finding in findings {
            try hold(finding.place == .entry(index), "what is right stays so: \(finding)")
        }
        guard findings.isEmpty else { return false }
        do throws(Refusal) {
            let statement = try Statement(leaf: bytes)
            if statement.controlManifest == nil { _ = try registry.judge(statement) }
        } catch {
            throw BrokenProperty(description: "untrue: what nobody found is admitted: \(error)")
        }
        return true
    }

    /// What others serve as evidence about heads is read, or refused, and is no more than it has.
    static func evidence(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let file = try? EvidenceFile(bytes) else { return false }
        let kept = file.heads.reduce(0) { sum, head in
            sum + head.receipt.note.count
                + head.rows.reduce(0) { $0 + $1.checkpoint.count + $1.evidence.count }
        }
        try hold(kept <= bytes.count, "nothing comes of nothing")
        return true
    }

    /// A ledger with one PoP.
    static func auditedLedger() throws(BrokenProperty) -> MemoryLedger {
        do {
            var ledger = try MemoryLedger()
            try ledger.addPoP()
            return ledger
        } catch {
            throw BrokenProperty(description: "untrue: there is a ledger: \(error)")
        }
    }

    /// Leaves that the ledger takes: of its PoP, and of its administrator.
    static var auditedLeaves: [[UInt8]] {
        guard var ledger = try? auditedLedger(), let manifest = try? ledger.manifest("work"),
            let capture = try? ledger.draft(manifest).sign(with: ledger.pop),
            let change = try? ledger.adding(ledger.values.ed25519("next").publicKey),
            let control = try? ledger.control(change)
        else { return [] }
        return [capture.leaf, control.leaf]
    }

    /// A file with a head and a token.
    static var evidenceFiles: [[UInt8]] {
        let url: Text = "https://time.example"
        let size: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 3]
        let head = CBOR.array([
            .unsigned(1), .bytes(Hash.zero.bytes), .bytes([1]), .bytes([2]), .bytes([3]),
        ])
        let row = CBOR.array([
            .text(url), .unsigned(1), .unsigned(2), .unsigned(3), .bytes([4]), .bytes([5]),
        ])
        let items = [
            size, head.encoded(), size + [1] + Hash.sha256(url.utf8).bytes, row.encoded(),
        ]
        return [items.flatMap { CBOR.bytes($0).encoded() }]
    }
}

/// A ledger whose log is replayed on another thread.
private struct WaitedTree: Sendable {
    private let trust: LogTrust
    private let genesis: EntryID

    init(_ ledger: MemoryLedger) {
        (trust, genesis) = (ledger.logTrust, ledger.registry.genesis)
    }

    func findings(in log: MemoryLog) async throws -> [AuditFinding] {
        let tree = try await TiledLog(log, trust: trust).newest()
        var findings: [AuditFinding] = []
        var options = ReplayOptions()
        options.readsManifests = false
        _ = try await Replay(of: tree, options).run(from: ReplayPlace(beginningOf: genesis)) {
            bundle, _, _ in findings += bundle.findings
        }
        return findings
    }
}
