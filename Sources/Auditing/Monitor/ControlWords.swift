internal import Encoding
internal import Manifests
internal import Provenance

/// What a control statement does, for people and for programs.
enum ControlWords {
    /// The event that tells of it.
    static func event(
        _ control: AuditedControl, of origin: Text, _ now: UInt64
    ) -> MonitorEvent {
        let statement = control.statement
        let (change, words) = change(in: statement, isGenesis: control.index == 0)
        let refused = control.refusal == nil ? "" : "; it should have been refused"
        return MonitorEvent(
            .control, of: origin, key: "\(control.index) \(statement.id)", time: now,
            words: "entry \(control.index): \(words)\(refused)",
            [
                ("entry", .integer(Int64(clamping: control.index))),
                ("entryID", .string(Text("\(statement.id)"))),
                ("change", .string(Text(change))),
                ("issuer", .string(statement.issuer)),
                ("refused", control.refusal == nil ? nil : .bool(true)),
            ])
    }

    /// The change in one word or two, and a sentence.
    private static func change(
        in statement: Statement, isGenesis: Bool
    ) -> (change: String, words: String) {
        guard let manifest = statement.controlManifest else {
            return ("control", "a control statement of \(statement.issuer)")
        }
        if let key = try? KeyManifest(manifest) { return change(of: key) }
        if let key = try? LogKeyManifest(manifest) {
            return (
                "log-key",
                "the ledger hands over its \(key.which.rawValue) key, whose last size is "
                    + "\(key.lastSize)"
            )
        }
        if let erasure = try? ErasureManifest(manifest) {
            let count = erasure.entries.count
            let entries = count == 1 ? "1 entry" : "\(count) entries"
            return ("erasure", "the manifest of \(entries) is erased: \(erasure.reason)")
        }
        return manifest.predicateType == PredicateType.policy
            ? ("policy", isGenesis ? "the ledger begins" : "the ledger has another policy")
            : ("control", "a control statement of \(statement.issuer)")
    }

    private static func change(of key: KeyManifest) -> (change: String, words: String) {
        let kid = (try? COSEKey(string: key.coseKey)).map { Base64.encodeURL($0.thumbprint) }
        let name = kid.map { "key \($0)" } ?? "a key"
        let roles = key.roles.map(\.name.string).joined(separator: ", ")
        let reason = key.reason.isEmpty ? "" : ": \(key.reason)"
        let operation = key.operation.rawValue
        return (
            "key-\(operation)",
            "\(name) of \(key.issuer) (\(roles)) \(past(key.operation))\(reason)"
        )
    }

    private static func past(_ operation: KeyManifest.Operation) -> String {
        switch operation {
        case .add: "is added"
        case .retire: "is retired"
        case .revoke: "is revoked"
        }
    }
}
