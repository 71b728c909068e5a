import Cards
import Encoding
import Manifests
import Merkle
import Provenance
import TestLog

/// A ledger in memory with two studios, and what is shown of its records.
struct CardScene {
    var log: MemoryLedger
    let rome: SigningKey

    init() throws {
        log = try MemoryLedger(seed: "cards")
        try log.addPoP()
        rome = try log.values.ed25519("rome")
        try log.addPoP(rome.publicKey, issuer: MemoryLedger.rome)
    }

    /// Signs and logs a work.
    mutating func work(
        _ name: String, event: Text = "capture", title: Text? = nil, text: Text? = nil,
        from parents: [JSON] = [], byRome: Bool = false, _ more: [(Text, JSON)] = []
    ) throws -> TransparentStatement {
        var record: JSON.Object = ["lang": "en", "title": .string(title ?? Text("Work \(name)"))]
        record["text"] = text.map { .string($0) }
        let members: [(Text, JSON)] =
            [("event", .string(event)), ("record", .object(record))]
            + (parents.isEmpty ? [] : [("parents", .array(parents))]) + more
        return try byRome
            ? log.capture(name, by: rome, issuer: MemoryLedger.rome, members)
            : log.capture(name, members)
    }

    /// Signs and logs copy 7 of 50.
    mutating func copy(
        _ name: String, title: Text = "A print", text: Text? = nil, from parents: [JSON] = [],
        _ more: [(Text, JSON)] = []
    ) throws -> TransparentStatement {
        var record: JSON.Object = ["lang": "en", "title": .string(title)]
        record["text"] = text.map { .string($0) }
        let edition: JSON = ["drop": "https://drops.example/spring", "serial": 7, "total": 50]
        let members: [(Text, JSON)] =
            [("edition", edition), ("record", .object(record))]
            + (parents.isEmpty ? [] : [("parents", .array(parents))]) + more
        let manifest = try log.manifest(name, members)
        let draft = log.draft(manifest, sub: "https://drops.example/spring#7")
        return try log.log(draft.sign(with: log.pop), manifest)
    }

    /// Names an entry as a parent.
    static func parent(_ record: TransparentStatement, _ relation: Text = "parentOf") -> JSON {
        ["entry": .string(Text("\(record.statement.id)")), "relation": .string(relation)]
    }

    /// Names a file as a parent.
    static func parent(file name: String) -> JSON {
        let digest = Hash.sha256(Array(name.utf8))
        return ["sha256": .string(Text("\(digest)")), "relation": "parentOf"]
    }

    /// What a kit of now shows of a record, and of the file of this name.
    func view(
        _ record: TransparentStatement, of artifact: String? = nil, checked: Bool = true,
        history: WorkHistory? = nil
    ) throws -> CardView {
        let report = checked ? try log.judge(record, artifact) : nil
        let digest = artifact.map { Hash.sha256(Array($0.utf8)) }
        return CardView(
            of: record,
            CardView.Context(
                name: "photo.jpg.colophon", report: report, artifact: digest, history: history))
    }

    /// A step of a record, with what was found of its parents.
    func step(
        _ record: TransparentStatement, _ found: [HistoryParent.Finding] = []
    ) throws -> HistoryStep {
        let report = try log.judge(record)
        var rest = found[...]
        return HistoryStep(record.statement, report, report.manifest).resolving { _ in
            rest.popFirst() ?? .notLookedUp
        }
    }

    /// The history of records that know each other.
    func history(_ records: [TransparentStatement], isCut: Bool = false) throws -> WorkHistory {
        let known = Set(records.map(\.statement.id))
        let steps = try records.map { record in
            try step(record).resolving { parent in
                guard case .entry(let entry) = parent.name else { return .notInLog }
                return known.contains(entry) ? .step(entry) : .notInLog
            }
        }
        return WorkHistory(
            of: records[0].statement.id, steps,
            in: .ledger(origin: "ledger.example/prints", size: log.size), isCut: isCut)
    }
}
