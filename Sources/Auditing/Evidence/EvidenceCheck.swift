import Checkpoints
import Encoding
package import LogReader
package import Manifests
import Merkle
package import Provenance

/// Judges what others have said of a log's heads: tokens of authorities and proofs of calendars.
///
/// A head is held to the tree whose leaves were replayed, and its signatures to the registry that
/// they gave. Evidence is for the checkers to judge, whose trust comes from the kit.
package struct EvidenceCheck: Sendable {
    private let log: LogTree
    private let trust: HeadTrust
    private let heads: HeadVerifier
    private let checkers: [EvidenceChecker]

    /// Judges by the tree of `log` and by the registry that its leaves gave.
    ///
    /// - Throws: where a receipt key of the registry cannot be used.
    package init(
        _ log: LogTree, trust: HeadTrust, registry: Registry, checkers: [EvidenceChecker]
    ) throws(Refusal) {
        (self.log, self.trust, self.checkers) = (log, trust, checkers)
        heads = try HeadVerifier(registry)
    }

    /// What one file holds.
    package struct Result: Sendable {
        /// What was found.
        package fileprivate(set) var findings: [AuditFinding] = []

        /// What the evidence is worth.
        package fileprivate(set) var tally = EvidenceTally()

        /// Whether the file may still become another: a promise is kept later.
        package fileprivate(set) var isOpen = false

        /// Heads that contradict the log, although its key signed them.
        package fileprivate(set) var forks: [ForkEvidence] = []
    }

    /// Judges what a source has as `anchors/N` of a bundle.
    func judge(
        _ answer: EvidenceReader.Answer, ofBundle number: UInt64
    ) async throws(LogError) -> Result {
        switch answer {
        case .nothing, .large: return Result()
        case .bytes(let bytes): return try await judge(bytes, ofBundle: number)
        case .wrong(let words):
            var result = Result()
            let path = StaticLayout.anchors(number)
            result.findings.append(AuditFinding(.anchor, .file(path), words))
            return result
        }
    }

    private func judge(
        _ bytes: [UInt8], ofBundle number: UInt64
    ) async throws(LogError) -> Result {
        var result = Result()
        let path = StaticLayout.anchors(number)
        let file: EvidenceFile
        do throws(EvidenceFileError) {
            file = try EvidenceFile(bytes)
        } catch {
            result.findings.append(AuditFinding(.anchor, .file(path), "\(error)"))
            return result
        }
        for head in file.heads {
            guard head.size > 0, (head.size - 1) / UInt64(TileID.width) == number else {
                result.findings.append(
                    AuditFinding(.anchor, .file(path), "has a head of size \(head.size)"))
                continue
            }
            // The file may be newer than the head that is read by.
            guard head.size <= log.size else {
                result.isOpen = true
                continue
            }
            try await judge(head, &result)
        }
        return result
    }

    private func judge(
        _ head: EvidenceFile.Dated, _ result: inout Result
    ) async throws(LogError) {
        let root = try await log.root(ofFirst: head.size)
        if let fault = headFault(head, root) {
            result.findings.append(AuditFinding(.anchor, .head(head.size), fault))
            try await addFork(head.receipt.note, &result)
            return
        }
        for row in head.rows {
            if let fault = checkpointFault(row, head.size, root) {
                let words = "\(words(of: row)): its checkpoint \(fault)"
                result.findings.append(AuditFinding(.anchor, .head(head.size), words))
                try await addFork(row.checkpoint, &result)
            } else {
                judge(row, head, &result)
            }
        }
    }

    // MARK: - Heads

    /// What is wrong with the signatures of a head; nil where they hold.
    private func headFault(_ head: EvidenceFile.Dated, _ root: Hash) -> String? {
        guard head.root == root else {
            return "evidence is kept for a head of the root \(head.root), which the log never had"
        }
        do throws(Refusal) {
            try heads.checkNote(of: head.receipt, size: head.size, root: root)
            try heads.checkReceipt(
                of: head.receipt, size: head.size, root: root, time: head.time)
            return nil
        } catch {
            return "evidence is kept for a head that is not signed as it must be: \(error)"
        }
    }

    /// What is wrong with the text that evidence is about; nil where it is the head's.
    private func checkpointFault(
        _ row: EvidenceFile.Row, _ size: UInt64, _ root: Hash
    ) -> String? {
        do throws(CheckpointRefusal) {
            let judged = try trust.judge(row.checkpoint)
            guard judged.signed.note.signatures.count == 1 else {
                return "must have one signature line"
            }
            guard judged.size == size else { return "is of size \(judged.size)" }
            guard judged.checkpoint.root == root else { return "has a root that the log never had" }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Keeps a note that the log's key signed for another tree: it convicts the log.
    private func addFork(_ note: [UInt8], _ result: inout Result) async throws(LogError) {
        guard let judged = try? trust.judge(note), judged.size <= log.size,
            let fork = try await ForkEvidence(log, without: judged.signed, by: trust.terms)
        else { return }
        result.forks.append(fork)
    }

    // MARK: - Evidence

    private func judge(
        _ row: EvidenceFile.Row, _ head: EvidenceFile.Dated, _ result: inout Result
    ) {
        guard row.state != .abandoned else { return result.tally.add(.abandoned, row.type) }
        if row.state == .pending { result.isOpen = true }
        guard let checker = checkers.first(where: { $0.type == row.type }) else {
            return result.tally.add(
                .unchecked("the kit names nobody who gives it", size: head.size), row.type)
        }
        switch checker.check(Self.anchor(row)) {
        case .holds(let holding):
            result.tally.add(
                .held(
                    EvidenceTally.Newest(
                        size: head.size, time: holding.time, authority: holding.authority)),
                row.type)
        case .unknown where row.state == .pending: result.tally.add(.pending, row.type)
        case .unknown(let words), .notChecked(let words):
            result.tally.add(.unchecked(words, size: head.size), row.type)
        case .refuted(let fault):
            let words = "\(words(of: row)): \(fault)"
            result.findings.append(AuditFinding(.anchor, .head(head.size), words))
        }
    }

    /// What a checker is asked about: the evidence and what it dates.
    private static func anchor(_ row: EvidenceFile.Row) -> Anchor {
        Anchor(
            type: row.type, checkpoint: row.checkpoint, evidence: row.evidence, inclusion: first)
    }

    /// The place of an entry that no checker looks at: the evidence is about a head.
    private static let first: InclusionProof = {
        do throws(ProofError) {
            return try InclusionProof(leafIndex: 0, treeSize: 1, path: [])
        } catch {
            preconditionFailure("the one leaf of a tree needs no sibling: \(error)")
        }
    }()

    private func words(of row: EvidenceFile.Row) -> String {
        row.type == Anchor.timestamp
            ? "the token of \(row.url)" : "the proof of \(row.url)"
    }
}
