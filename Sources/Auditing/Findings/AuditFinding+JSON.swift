package import Encoding

extension AuditFinding {
    /// The finding as an object of a report, of an event or of the file of all findings
    /// (audit.md §3).
    package var json: JSON {
        var object: JSON.Object = [
            "rule": .string(Text(rule.rawValue)), "weight": .string(Text(weight.rawValue)),
        ]
        switch place {
        case .entry(let index): object["entry"] = Self.number(index)
        case .head(let size): object["head"] = Self.number(size)
        case .file(let path): object["file"] = .string(Text(path))
        }
        object["detail"] = .string(Text(detail))
        return .object(object)
    }

    /// A hostile head may be larger than JSON's integers.
    private static func number(_ number: UInt64) -> JSON {
        .integer(min(Int64(clamping: number), JSON.maximumInteger))
    }

    /// Reads what ``json`` made; nil where it is anything else.
    package init?(_ json: JSON) {
        guard let rule = json["rule"]?.text.flatMap({ AuditRule(rawValue: $0.string) }),
            let detail = json["detail"]?.text
        else { return nil }
        let place: Place
        switch (json["entry"]?.integer, json["head"]?.integer, json["file"]?.text) {
        case (let index?, nil, nil) where index >= 0: place = .entry(UInt64(index))
        case (nil, let size?, nil) where size >= 0: place = .head(UInt64(size))
        case (nil, nil, let path?): place = .file(path.string)
        default: return nil
        }
        self.init(rule, place, detail.string)
    }
}
