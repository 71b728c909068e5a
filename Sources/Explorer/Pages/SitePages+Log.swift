import Checkpoints
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Provenance

extension SitePages {
    /// The page of the log: its growth, its checkpoint, who has seen and dated it.
    func log(_ exchange: Exchange) throws(Problem) -> Reply {
        guard let head = ledger.servedHead() else {
            throw Problem(
                status: .serviceUnavailable, title: "Service Unavailable",
                detail: "\(ledger.unmetQuorum)", retryAfter: Problem.busyDelay)
        }
        let now = clock()
        let root = SiteResource.root(from: exchange.path, to: .log)
        let values = try stored { () throws -> PageValues in
            let drawn = try growth.drawn(ledger, now: now)
            var values: PageValues = [
                "origin": .text(origin), "isIncomplete": .flag(isIncomplete),
                "size": .text("\(ledger.readableSize)"),
                "growth": .markup(drawn.chart), "growthWords": .text(drawn.words),
                "servedSize": .text("\(head.size)"),
                "servedTime": .text(Age(now: now).text(head.time)),
                "note": .markup(Markup(lines: String(decoding: head.note, as: UTF8.self))),
            ]
            try addWitnesses(of: head, now, to: &values)
            try addAnchors(now, to: &values)
            try addIndex(now, root, to: &values)
            return values
        }
        let content = PageTemplate.log.filled(with: values)
        return SitePage(title: "The log", root: root, origin: origin, content: content)
            .reply(.head, to: exchange)
    }

    private func addWitnesses(
        of head: Head, _ now: UInt64, to values: inout PageValues
    ) throws {
        guard let policy = ledger.witnessPolicy, !policy.witnesses.isEmpty else { return }
        let evaluation = policy.evaluate(
            try SignedCheckpoint(parsing: head.note), headTime: head.time)
        let age = Age(now: now)
        values["hasWitnesses"] = .flag(true)
        values["witnesses"] = .list(
            evaluation.witnesses.map { finding in
                let word =
                    switch finding.verdict {
                    case .cosigned(let time): "cosigned \(age.text(time))"
                    case .absent: "has not cosigned this head"
                    case .tooEarly: "cosigned at a time before the head; it does not count"
                    case .unsupported: "signed in a way that is not known here"
                    case .invalid, .valid: "its line does not verify"
                    }
                return ["name": .text("\(finding.witness.key.name)"), "word": .text(word)]
            })
        let quorum =
            switch evaluation.quorum {
            case .notRequired: "none is required"
            case .met(let time): "\(policy.quorum), met \(age.text(time))"
            case .notMet: "\(policy.quorum), not met by this head"
            }
        values["quorum"] = .text(quorum)
    }

    /// The newest index head, and what is not covered by it.
    private func addIndex(_ now: UInt64, _ root: String, to values: inout PageValues) throws {
        switch ledger.indexPhase {
        case .off: values["indexWords"] = .text("This ledger makes no index heads now.")
        case .stopped:
            values["indexWords"] = .text(
                "The index has stopped: there are no index heads until its operator has made it "
                    + "anew. Entries go on.")
        case .building, .ready: break
        }
        guard let head = try ledger.indexHead()?.head else { return }
        values["indexHead"] = .text("\(head.id)")
        values["indexSize"] = .text("\(head.size)")
        values["indexTime"] = .text(Age(now: now).text(head.issuedAt))
        values["indexLater"] = .text(Self.later(than: head.size, in: ledger.readableSize))
        values["root"] = .text(root)
    }

    private func addAnchors(_ now: UInt64, to values: inout PageValues) throws {
        let rows = try ledger.newestAnchors()
        guard !rows.isEmpty else { return }
        let age = Age(now: now)
        values["hasAnchors"] = .flag(true)
        values["anchors"] = .list(
            rows.map { row in
                let kind =
                    switch row.kind {
                    case .timestamp: "authority (RFC 3161)"
                    case .openTimestamps: "calendar (OpenTimestamps)"
                    }
                let state =
                    switch row.state {
                    case .complete: "complete, \(age.text(row.time))"
                    case .pending: "promised, \(age.text(row.asked))"
                    case .abandoned: "promised \(age.text(row.asked)), and never given"
                    }
                return [
                    "name": .text(Excerpt.line(row.name)), "kind": .text(kind),
                    "size": .text("\(row.size)"), "state": .text(state),
                ]
            })
    }
}
