import Checkpoints
import Encoding
import Ledger
import LedgerStore
import Manifests
import Provenance

/// When an entry's statement was made, as each who says something of it says.
struct EntryMoments {
    private let entry: ShownEntry
    private let ledger: Ledger

    init(_ entry: ShownEntry, in ledger: Ledger) {
        self.entry = entry
        self.ledger = ledger
    }

    /// The moments, in no order.
    func all() throws -> [TimeBracket.Moment] {
        try claims + seen() + logged() + witnessed() + dated
    }

    /// What the signer says.
    private var claims: [TimeBracket.Moment] {
        var moments = [
            TimeBracket.Moment(
                time: entry.statement.issuedAt, word: .signer, what: "signed")
        ]
        if let at = entry.facts?.capturedAt?.at, let time = Timestamp(at),
            let seconds = UInt64(exactly: time.seconds)
        {
            moments.append(TimeBracket.Moment(time: seconds, word: .signer, what: "made"))
        }
        return moments
    }

    /// The head that the signer had before it signed.
    private func seen() throws -> [TimeBracket.Moment] {
        guard let text = entry.facts?.seenCheckpoint,
            let note = try? SignedNote(parsing: text.utf8),
            let claim = try? Checkpoint(parsing: note.text),
            let head = try ledger.head(size: claim.size), head.root == claim.root
        else { return [] }
        return [
            TimeBracket.Moment(
                time: head.time, word: .ledger,
                what: "the head of \(head.size) entries, which the signer had: signed after it")
        ]
    }

    /// The head of the earliest receipt: the first that the ledger has kept of those that hold the
    /// entry, whatever heads came after it (http.md §15).
    private func logged() -> [TimeBracket.Moment] {
        guard let first = entry.receipts.first else { return [] }
        return [
            TimeBracket.Moment(
                time: first.issuedAt, word: .ledger,
                what: "in the log, under the head of \(first.treeSize) entries")
        ]
    }

    /// Each witness that has cosigned a head of the receipts, by the first such head.
    private func witnessed() throws -> [TimeBracket.Moment] {
        var known: Set<TrustPolicy.Witness> = []
        var moments: [TimeBracket.Moment] = []
        for receipt in entry.receipts {
            for finding in try EntryMoments.witnesses(of: receipt, in: ledger) {
                guard case .cosigned(let time) = finding.verdict else { continue }
                guard known.insert(finding.witness).inserted else { continue }
                moments.append(
                    TimeBracket.Moment(
                        time: time, word: .others,
                        what: "witness \(finding.witness.key.name) saw the head of "
                            + "\(receipt.treeSize) entries"))
            }
        }
        return moments
    }

    /// What each witness of the ledger's policy has signed of the head of a receipt.
    static func witnesses(
        of receipt: Receipt, in ledger: Ledger
    ) throws -> [PolicyEvaluation.WitnessFinding] {
        guard let note = receipt.note, let policy = ledger.witnessPolicy else { return [] }
        return policy.evaluate(
            try SignedCheckpoint(parsing: note), headTime: receipt.issuedAt
        ).witnesses
    }

    /// How many witnesses have cosigned a head, in a sentence.
    static func words(of findings: [PolicyEvaluation.WitnessFinding]) -> String {
        let count = findings.count { finding in
            if case .cosigned = finding.verdict { true } else { false }
        }
        return findings.isEmpty
            ? "This ledger names no witness."
            : "\(count) of \(findings.count) witnesses have cosigned that head."
    }

    /// The authorities and calendars that have dated a head above the entry.
    private var dated: [TimeBracket.Moment] {
        entry.anchors.map { row in
            switch row.kind {
            case .timestamp:
                TimeBracket.Moment(
                    time: row.time, word: .others,
                    what: "authority \(row.name) dated the head of \(row.size) entries; this "
                        + "ledger checked the token when it came")
            case .openTimestamps:
                // The time of the block is found by whoever verifies the proof.
                TimeBracket.Moment(
                    time: row.time, word: .ledger,
                    what: "has calendar \(row.name)'s proof about the head of \(row.size) "
                        + "entries; a verifier finds the time of its block")
            }
        }
    }
}
