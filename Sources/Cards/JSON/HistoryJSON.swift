public import Encoding
import Manifests
import Merkle
import Provenance

/// A history as JSON, for programs (card.md §6).
public struct HistoryJSON: Sendable {
    private let history: WorkHistory
    private let language: CardLanguage

    /// Takes what is shown, and the language of the fixed words.
    public init(_ history: WorkHistory, in language: CardLanguage = .english) {
        self.history = history
        self.language = language
    }

    /// The object; its steps are in the order of the tree, each before those below it.
    public var object: JSON.Object {
        var object: JSON.Object = [
            "asked": .string(Text("\(history.asked)")), "cut": .bool(history.isCut),
            "steps": .array(history.rows.map { .object(step($0)) }),
            "notes": lines(history.notes),
        ]
        object["judgedAt"] = history.judgedAt.map(number)
        switch history.scope {
        case .record: object["from"] = "record"
        case .ledger(let origin, let size):
            object["from"] = "ledger"
            object["origin"] = .string(Text(origin))
            object["size"] = number(size)
        case .files(let origin, let entries, let size):
            object["from"] = "files"
            object["origin"] = .string(Text(origin))
            object["size"] = number(size)
            object["read"] = number(entries)
        }
        return object
    }

    private func step(_ row: HistoryRow) -> JSON.Object {
        let step = row.step
        var object: JSON.Object = [
            "entry": .string(Text("\(step.entry)")), "depth": .integer(Int64(row.depth)),
        ]
        switch step.place {
        case .proven(let index, let time):
            object["place"] = "proven"
            object["index"] = number(index)
            object["loggedAt"] = time.map(number)
        case .notInLedger: object["place"] = "notInLedger"
        case .unproven: object["place"] = "unproven"
        }
        object["signer"] = .object(signer(step))
        object["iss"] = .string(step.issuer)
        object["sub"] = .string(step.thread)
        object["type"] = .string(step.type)
        for (name, value) in content(step) + erasure(step) { object[name] = value }
        object["parents"] = .array(step.parents.map(parent))
        if step.furtherParents > 0 {
            object["furtherParents"] = .integer(Int64(step.furtherParents))
        }
        object["proof"] = step.proof.map { .object(proof($0)) }
        object["lines"] = lines(row.lines)
        return object
    }

    private func signer(_ step: HistoryStep) -> JSON.Object {
        switch step.signer {
        case .verified(let issuer): ["verdict": "ok", "issuer": .string(issuer)]
        case .withKeyOf(let issuer, let opening):
            [
                "verdict": "unknown", "issuer": .string(issuer),
                "detail": .string(Text(opening.words)),
            ]
        case .suspect(let issuer, let why):
            ["verdict": "suspect", "issuer": .string(issuer), "detail": .string(Text(why))]
        case .unknown(let why): ["verdict": "unknown", "detail": .string(Text(why))]
        case .refuted(let why): ["verdict": "false", "detail": .string(Text(why))]
        }
    }

    private func erasure(_ step: HistoryStep) -> [(Text, JSON)] {
        guard let erasure = step.erasure else { return [] }
        return [("erasedBy", number(erasure.entry)), ("reason", .string(erasure.reason))]
    }

    private func content(_ step: HistoryStep) -> [(Text, JSON)] {
        switch step.content {
        case .absent: return [("manifest", step.erasure == nil ? "absent" : "erased")]
        case .other: return [("manifest", "ok")]
        case .work(let facts):
            var members: [(Text, JSON)] = [
                ("manifest", "ok"), ("event", .string(facts.event)),
                ("title", .string(facts.record.title)), ("creator", .string(facts.creator.name)),
            ]
            if let edition = facts.edition {
                members.append(
                    (
                        "edition",
                        [
                            "drop": .string(edition.drop), "serial": number(edition.serial),
                            "total": number(edition.total),
                        ]
                    ))
            }
            if !facts.actions.isEmpty {
                members.append(("actions", .array(facts.actions.map { .string($0) })))
            }
            return members
        }
    }

    private func parent(_ parent: HistoryParent) -> JSON {
        var object: JSON.Object = [:]
        switch parent.name {
        case .entry(let entry): object["entry"] = .string(Text("\(entry)"))
        case .file(let digest): object["sha256"] = .string(Text("\(digest)"))
        }
        object["relation"] = .string(parent.relation)
        switch parent.finding {
        case .step(let entry):
            object["found"] = "step"
            object["step"] = .string(Text("\(entry)"))
        case .notInLog: object["found"] = "notInLog"
        case .beyondLimit: object["found"] = "beyondLimit"
        case .notLookedUp: object["found"] = "notLookedUp"
        }
        return .object(object)
    }

    private func proof(_ proof: HistoryProof) -> JSON.Object {
        [
            "leafHash": .string(Text("\(proof.leafHash)")),
            "index": number(proof.inclusion.leafIndex),
            "treeSize": number(proof.inclusion.treeSize),
            "path": .array(proof.inclusion.path.map { .string(Text("\($0)")) }),
            "root": .string(Text("\(proof.root)")),
        ]
    }

    private func lines(_ lines: [HistoryRow.Line]) -> JSON {
        .array(
            lines.map { line in
                [
                    "origin": .string(Text(line.origin.rawValue)),
                    "says": .string(Text(line.sentence.word.rawValue)),
                    "text": .string(Text(line.sentence.text(in: language))),
                ]
            })
    }

    private func number(_ number: UInt64) -> JSON { .integer(Int64(clamping: number)) }
}
