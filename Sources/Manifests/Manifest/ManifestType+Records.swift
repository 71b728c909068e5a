import Encoding

/// Milestone, reconciliation, postmortem and telemetry; the schemas in `Schemas/` say the same.
extension ManifestType {
    static let milestone = aboutURI(
        "milestone",
        .object(
            required: [
                "nonce": .nonce,
                "milestone": .text(.uri),
                "slice": .text(.label),
                "metric": .object(required: [
                    "name": .text(.label),
                    "unit": .text(.length(0...255)),
                    "comparator": comparator,
                    "threshold": .number,
                ]),
                "decision": .oneOf("start", "promote", "hold", "rollback"),
                "evidence": .array(of: .text(.entryID), 0...256),
            ],
            optional: [
                "observed": .object(
                    required: ["value": .number], optional: ["window": .window]),
                "ext": .anyObject,
            ]),
        rules: { manifest throws(Refusal) in
            let window = manifest.predicate["observed"]?["window"]
            try checkWindow(window, "predicate.observed.window")
        })

    /// How the observed value is compared with the threshold: a sign, or the word for it.
    private static let comparator = Shape.oneOf(
        "<", "<=", "=", "==", "!=", ">=", ">", "lt", "le", "lte", "eq", "ne", "ge", "gte", "gt")

    static let reconciliation = aboutURI(
        "drop",
        .object(
            required: [
                "nonce": .nonce,
                "drop": .text(.drop),
                "window": .window,
                "counts": .object(required: [
                    "allotted": .count, "sold": .count, "returned": .count, "remaining": .count,
                ]),
                "serials": .array(of: serials, 0...4_096),
                "verdict": .oneOf("balanced", "mismatch"),
            ],
            optional: ["ext": .anyObject]),
        rules: { manifest throws(Refusal) in
            try checkWindow(manifest.predicate["window"], "predicate.window")
            try checkSerials(manifest.predicate["serials"]?.array ?? [])
        })

    private static let serial = Shape.integer(1...JSON.maximumInteger)

    private static let serials = Shape.either(
        [.tuple([serial, serial]), .object(required: ["from": serial, "to": serial])],
        rule: "must be a range of serials, [from, to] or {from, to}, of integers from 1")

    static let postmortem = aboutURI(
        "milestone",
        .object(
            required: [
                "nonce": .nonce,
                "milestone": .text(.uri),
                "summary": .text(.prose),
                "timeline": .array(
                    of: .object(required: ["at": .text(.time), "text": .text(.prose)]), 0...256),
                "actions": .array(of: .text(.prose), 0...256),
                "entries": .array(of: .text(.entryID), 0...256),
            ],
            optional: ["ext": .anyObject]),
        rules: { _ in })

    static let telemetry = aboutURI(
        nil,
        .object(
            required: [
                "nonce": .nonce, "window": .window, "device": .numbers, "integrity": .numbers,
                "business": .numbers,
            ],
            optional: ["ext": .anyObject]),
        rules: { manifest throws(Refusal) in
            try checkWindow(manifest.predicate["window"], "predicate.window")
        })

    private static func checkWindow(_ window: JSON?, _ field: String) throws(Refusal) {
        guard let from = window?["from"]?.text.flatMap({ Timestamp($0) }),
            let to = window?["to"]?.text.flatMap({ Timestamp($0) })
        else { return }
        try require(from <= to, field, "must not end before it begins")
    }

    /// Ranges are whole and rise, so that no serial is counted twice.
    private static func checkSerials(_ ranges: [JSON]) throws(Refusal) {
        var last: Int64 = 0
        for (index, range) in ranges.enumerated() {
            guard let from = (range["from"] ?? range.array?.first)?.integer,
                let to = (range["to"] ?? range.array?.last)?.integer
            else { continue }
            try require(
                last < from && from <= to, "predicate.serials[\(index)]",
                "must rise: from not above to, and above the range before")
            last = to
        }
    }
}

extension Shape {
    /// One layer of telemetry: numbers by name.
    fileprivate static let numbers = Shape.map(.number, upTo: 256)
}
