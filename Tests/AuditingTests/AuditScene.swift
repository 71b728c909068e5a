import Auditing
import Checkpoints
import Encoding
import Files
import LogReader
import Manifests
import Provenance
import Synchronization
import TestLog
import TestSupport

/// A ledger in memory, what it shows, and an auditor with a state in a folder.
final class AuditScene {
    private let root: TemporaryFolder
    var ledger: MemoryLedger
    let log: MemoryLog
    var kit: TrustKit
    var options = Audit.Options()
    var checkers: [EvidenceChecker] = []
    var hooks = Audit.Hooks()

    /// The name of the source.
    var name = "the test"

    /// In POSIX seconds: an hour after the newest head was there.
    var now: UInt64

    /// What is done where the audit waits.
    let waiting = Waiting()

    /// A ledger of so many entries, the kit of which is as old as its first three.
    init(entries: Int = 20) throws {
        root = try TemporaryFolder("audit", in: TemporaryFolder.memory)
        ledger = try MemoryLedger()
        try ledger.addPoP()
        kit = try ledger.kit()
        while ledger.leaves.count < entries { try ledger.add("print \(ledger.size)") }
        log = try MemoryLog(ledger)
        now = MemoryLedger.start + 3_600
    }

    var statePath: String { root.path("state") }

    /// The names of the files in the state.
    func files() throws -> [String] { try Folder(statePath).names().sorted() }

    /// The files that convict the log.
    func evidence() throws -> [MisbehaviourProof] {
        let folder = try Folder(statePath)
        return try files().filter { $0.hasSuffix(MisbehaviourProof.fileSuffix) }.map { name in
            try MisbehaviourProof(parsing: folder.read(name, limit: 1 << 20) ?? [])
        }
    }

    /// Removes these files.
    func loseEvidence() throws {
        let folder = try Folder(statePath)
        for name in try files() where name.hasSuffix(MisbehaviourProof.fileSuffix) {
            try folder.remove(name)
        }
    }

    /// Shows what the ledger has now.
    func show() throws { try log.show(ledger) }

    /// Audits once, as a process that starts does.
    func audit(_ kit: TrustKit? = nil) async throws -> AuditReport {
        let state = try Audit.openState(statePath, of: kit ?? self.kit, options)
        return try await audit(with: state, kit)
    }

    func audit(with state: AuditState, _ kit: TrustKit? = nil) async throws -> AuditReport {
        let now = now
        let audit = Audit(
            log, named: name, kit: kit ?? self.kit, state: state, options,
            checkers: checkers,
            patience: HeadFetch.Patience { [waiting] _ in waiting.run() },
            hooks: hooks, now: { now })
        return try await audit.run()
    }
}

/// What a test does where an audit would wait.
final class Waiting: Sendable {
    private let action = Mutex<@Sendable () -> Void>({})

    func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

    func run() { action.withLock { $0 }() }
}

extension AuditReport {
    /// The rules that were broken, each once, the gravest first.
    var rules: [AuditRule] { AuditRule.allCases.filter { findings.counts[$0] != nil } }
}

extension MemoryLedger {
    /// Hands over the note key, as the ledger's own program does: at the index that is the last
    /// size of the old key.
    mutating func handOverNote() throws {
        let new = try NoteSigner(name: origin.text, key: values.ed25519("note 2"))
        try apply(
            LogKeyManifest(
                .note, old: Text("\(note.verifierKey)"), new: Text("\(new.verifierKey)"),
                lastSize: size, suspectFrom: nil
            ).manifest(origin: origin.text, nonce: nonce()),
            by: ledger, issuer: uri)
        note = new
    }
}
