import Encoding
import Merkle
import Provenance

/// All that ``StateFile`` has, as values.
struct StateImage {
    var name: AuditedLog
    var size: UInt64 = 0
    var findings = FindingList()
    var gaps = FindingList()
    var faults = FaultList()
    var firstNewer: UInt64?
    var index = IndexFacts()
    var findingBytes: UInt64 = 0
    var findingCount: UInt64 = 0
    var controlBytes: UInt64 = 0
    var controlDigest = Hash.zero
    var parts: [Text: [UInt8]] = [:]
    var facts = FactImage()

    /// The object that is written.
    var object: JSON.Object {
        var object: JSON.Object = [
            "format": .integer(StateFile.format), "log": name.json, "size": .number(size),
            "findings": findings.json, "gaps": gaps.json, "faults": faults.json,
            "findingBytes": .number(findingBytes), "findingCount": .number(findingCount),
            "controlBytes": .number(controlBytes),
            "controlDigest": .base64(controlDigest.bytes),
            "parts": .object(
                JSON.Object(parts.sorted { $0.key < $1.key }.map { ($0, .base64($1)) })),
            "facts": facts.json,
        ]
        object["firstNewer"] = firstNewer.map { .number($0) }
        if size > 0 || index != IndexFacts() { object["index"] = .base64(index.encoded) }
        return object
    }

    /// The state in which nothing was audited yet.
    init(beginningOf log: AuditedLog) {
        name = log
    }

    /// Reads the state of `name`; an empty one where there is none, or one of another log in which
    /// nothing was audited yet.
    init(_ file: StateFile, of name: AuditedLog, path: String) throws(AuditStateError) {
        self.name = name
        guard let object = try file.read() else { return }
        guard let log = object["log"].flatMap(AuditedLog.init) else {
            throw .damaged(path: path, rule: "does not say which log it is of")
        }
        guard log == name else {
            let beginning = JSON.object(StateImage(beginningOf: log).object)
            guard JSON.object(object).encoded() != beginning.encoded() else { return }
            throw log.name == name.name
                ? .foreign(path: path, is: log.look, wanted: name.look)
                : .foreign(path: path, is: "\(log.name)", wanted: "\(name.name)")
        }
        guard read(object) else {
            throw .damaged(path: path, rule: "has a member that this version does not write")
        }
    }

    /// Reads the state of whichever log; nil where there is none.
    init?(_ file: StateFile, path: String) throws(AuditStateError) {
        guard let object = try file.read() else { return nil }
        guard let log = object["log"].flatMap(AuditedLog.init) else {
            throw .damaged(path: path, rule: "does not say which log it is of")
        }
        name = log
        guard read(object) else {
            throw .damaged(path: path, rule: "has a member that this version does not write")
        }
    }

    init(
        name: AuditedLog, size: UInt64, findings: FindingList, gaps: FindingList,
        faults: FaultList, firstNewer: UInt64?, index: IndexFacts, findingBytes: UInt64,
        findingCount: UInt64,
        controlBytes: UInt64, controlDigest: Hash, parts: [Text: [UInt8]], facts: FactImage
    ) {
        (self.name, self.size, self.findings, self.gaps) = (name, size, findings, gaps)
        (self.faults, self.firstNewer) = (faults, firstNewer)
        self.index = index
        (self.findingBytes, self.findingCount) = (findingBytes, findingCount)
        (self.controlBytes, self.controlDigest) = (controlBytes, controlDigest)
        (self.parts, self.facts) = (parts, facts)
    }

    private mutating func read(_ object: JSON.Object) -> Bool {
        guard let size = object["size"]?.unsigned,
            let findings = object["findings"].flatMap(FindingList.init),
            let gaps = object["gaps"].flatMap(FindingList.init),
            let findingBytes = object["findingBytes"]?.unsigned,
            let findingCount = object["findingCount"]?.unsigned,
            let controlBytes = object["controlBytes"]?.unsigned,
            let controlDigest = object["controlDigest"]?.decodedBase64.flatMap({ Hash($0) }),
            let parts = object["parts"]?.object,
            let facts = object["facts"].flatMap(FactImage.init)
        else { return false }
        (self.size, self.findings, self.gaps) = (size, findings, gaps)
        // A state of the first form has none: there they are among the findings.
        if let json = object["faults"] {
            guard let faults = FaultList(json) else { return false }
            self.faults = faults
        }
        if let json = object["firstNewer"] {
            guard let index = json.unsigned else { return false }
            firstNewer = index
        }
        if let json = object["index"] {
            guard let index = json.decodedBase64.flatMap({ IndexFacts($0) }) else { return false }
            self.index = index
        } else if size > 0 {
            // An older version has noted the first head, and nothing else.
            index = IndexFacts(goingOnAt: size, first: object["firstIndexHead"]?.unsigned)
        }
        (self.findingBytes, self.findingCount) = (findingBytes, findingCount)
        (self.controlBytes, self.controlDigest, self.facts) = (controlBytes, controlDigest, facts)
        for member in parts.members {
            guard let bytes = member.value.decodedBase64 else { return false }
            self.parts[member.name] = bytes
        }
        return true
    }
}

extension AuditedLog {
    fileprivate var json: JSON {
        var object: JSON.Object = ["looks": .array(looks.map { .string(Text($0)) })]
        switch name {
        case .ledger(let origin, let genesis):
            object["origin"] = .string(origin)
            object["genesis"] = .string(Text("\(genesis)"))
        case .generic(let keys): object["keys"] = .array(keys.map { .string($0) })
        }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let looks = json["looks"]?.array?.compactMap({ $0.text?.string }) else { return nil }
        if let keys = json["keys"]?.array {
            self.init(.generic(keys: keys.compactMap(\.text)), looks: looks)
        } else if let origin = json["origin"]?.text,
            let genesis = json["genesis"]?.text.flatMap({ EntryID($0) })
        {
            self.init(.ledger(origin: origin, genesis: genesis), looks: looks)
        } else {
            return nil
        }
    }
}

extension AuditedLog.Name: CustomStringConvertible {
    /// The log in words.
    package var description: String {
        switch self {
        case .ledger(let origin, let genesis): "\(origin.string), genesis \(genesis)"
        case .generic(let keys): keys.map(\.string).joined(separator: ", ")
        }
    }
}

extension AuditedLog {
    /// What the audit looks at, in words.
    fileprivate var look: String {
        "an audit of " + (["form"] + looks).joined(separator: ", ")
    }
}

extension FindingList {
    fileprivate var json: JSON {
        [
            "counts": .object(
                JSON.Object(
                    AuditRule.allCases.compactMap { rule in
                        counts[rule].map { (Text(rule.rawValue), .number($0)) }
                    })),
            "first": .array(kept.map(\.json)),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let members = json["counts"]?.object?.members, let first = json["first"]?.array
        else { return nil }
        var counts: [AuditRule: UInt64] = [:]
        for member in members {
            guard let rule = AuditRule(rawValue: member.name.string),
                let count = member.value.unsigned
            else { return nil }
            counts[rule] = count
        }
        let findings = first.compactMap { AuditFinding($0) }
        guard findings.count == first.count else { return nil }
        self.init(counts: counts, first: findings)
    }
}
