import Checkpoints
package import Encoding
import Merkle

extension AuditReport {
    /// The report as one object (audit.md §3).
    package var json: JSON.Object {
        var object: JSON.Object = [
            "outcome": .string(Text(outcome.rawValue)), "complete": .bool(ending == .complete),
            "time": Self.number(time), "origin": .string(log.origin),
        ]
        object["genesis"] = log.genesis.map { .string(Text("\($0)")) }
        object["source"] = .string(Text(log.source))
        object["since"] = Self.number(extent.since)
        if case .unreadable(let words) = ending { object["error"] = .string(Text(words)) }
        if case .behind(let larger) = ending {
            object["error"] = behind.map { .string(Text($0)) }
            object["larger"] = Self.json(larger)
        }
        object["head"] = head.map(Self.json) ?? .null
        object["extent"] = .object(extentObject)
        object["evidence"] = .object(evidenceObject)
        object["counts"] = .object(
            JSON.Object(
                AuditRule.allCases.compactMap { rule in
                    findings.counts[rule].map { (Text(rule.rawValue), Self.number($0)) }
                }))
        object["findings"] = .array(findings.kept.map(\.json))
        object["findingsFile"] = .string(Text(findingsFile))
        object["misbehaviour"] = .array(
            misbehaviour.map { shown in
                [
                    "entry": Self.number(shown.entry),
                    "file": .string(Text(path(of: shown.file))),
                ]
            })
        object["unchecked"] = .array(unchecked.map { .string(Text($0)) })
        return object
    }

    private static func json(_ head: JudgedHead) -> JSON {
        let quorum =
            switch head.quorum {
            case .notRequired: "none"
            case .met: "met"
            case .notMet: "missed"
            }
        let witnesses = head.witnesses.map { witness in
            JSON.object([
                "name": .string(Text("\(witness.name)")), "time": number(witness.time),
            ])
        }
        return [
            "size": number(head.size),
            "root": .string(Text(Base64.encode(head.checkpoint.root.bytes))),
            "quorum": .string(Text(quorum)), "witnesses": .array(witnesses),
        ]
    }

    private static func json(_ larger: LargerHead) -> JSON {
        var object: JSON.Object = ["size": number(larger.size)]
        switch larger.origin {
        case .kit: object["from"] = "kit"
        case .file:
            object["from"] = "checkpoint"
            object["file"] = .string(Text(larger.file))
        case .earlier: object["from"] = "state"
        }
        return .object(object)
    }

    private var extentObject: JSON.Object {
        let seconds = extent.duration / .seconds(1)
        return [
            "entries": Self.number(extent.entries), "newEntries": Self.number(extent.newEntries),
            "bytes": Self.number(extent.bytes), "seconds": .decimal(seconds),
            "signatures": .bool(extent.signatures), "manifests": .bool(extent.manifests),
            "controls": Self.number(extent.controls), "keys": Self.number(extent.keys),
            "indexHeads": Self.number(extent.indexHeads), "maps": Self.number(extent.maps),
        ]
    }

    private var evidenceObject: JSON.Object {
        JSON.Object(
            evidence.counts.sorted { $0.key < $1.key }.map { type, count in
                var object: JSON.Object = [
                    "held": Self.number(count.held), "pending": Self.number(count.pending),
                    "abandoned": Self.number(count.abandoned),
                    "unchecked": Self.number(count.unchecked),
                ]
                object["newest"] = count.newest.map { newest in
                    [
                        "size": Self.number(newest.size), "time": Self.number(newest.time),
                        "by": .string(Text(newest.authority)),
                    ]
                }
                return (type, .object(object))
            })
    }

    private static func number(_ number: UInt64) -> JSON { .integer(Int64(clamping: number)) }
}
