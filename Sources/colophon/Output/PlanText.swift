import Checkpoints
import Encoding
import Manifests
import Provenance
import Studio

/// What a change of a ledger will do, in lines that fit a terminal, before it is signed.
struct PlanText {
    let lines: [String]

    /// Describes what cannot be undone, or binds everybody; nil for any other change.
    init?(_ plan: PlannedChange) {
        let origin = plan.ledger.origin.text
        switch plan.change {
        case let change as KeyChange where change.operation == .revoke:
            guard let manifest = try? KeyManifest(plan.manifest) else { return nil }
            lines = Self.lines("revoke a key at \(origin):", Self.revoking(manifest, change, plan))
        case let change as ErasureChange:
            let shown = change.preview.map { preview in
                Self.lines("the manifest of these entries goes:", Self.showing(preview))
            }
            lines = (shown ?? []) + Self.lines("erase at \(origin):", Self.erasing(change))
        case let change as PolicyChange:
            let facts = Self.replacing(plan.log.registry.policy.settings, by: change.settings)
            lines = Self.lines("replace the policy of \(origin):", facts)
        default:
            return nil
        }
    }

    // MARK: - The changes

    private struct Fact {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Describes the entries whose manifest goes.
    private static func showing(_ preview: ErasurePreview) -> [Fact] {
        var facts: [Fact] = [
            Fact("title", preview.title.map { "\"\($0)\"" } ?? "the ledger has none to show")
        ]
        for target in preview.targets {
            let also = target.isNamed ? "" : ", not named: it has the same manifest"
            facts.append(
                Fact(
                    "entry",
                    "\(target.entry) of \(target.issuer), signed \(UTC.text(target.issuedAt))"
                        + also))
        }
        if preview.isCut {
            facts.append(Fact("and", "others, where more entries have this manifest"))
        }
        return facts
    }

    private static func revoking(
        _ manifest: KeyManifest, _ change: KeyChange, _ plan: PlannedChange
    ) -> [Fact] {
        let roles = manifest.roles.map(\.rawValue).joined(separator: ", ")
        let suspect =
            manifest.suspectFrom.map { "its entries from tree size \($0) on, for every verifier" }
            ?? "none of its entries; --suspect-since TIME names those of a thief"
        return [
            Fact("key", Base64.encodeURL(change.key.thumbprint)),
            Fact("signs for", "\(manifest.issuer) (\(roles))"),
            Fact("effect", "nothing that it signs is admitted any more, for ever"),
            Fact("suspect", suspect),
            Fact("reason", manifest.reason.isEmpty ? "none is given" : "\"\(manifest.reason)\""),
        ]
    }

    private static func erasing(_ change: ErasureChange) -> [Fact] {
        [
            Fact("entries", change.entries.map { "\($0)" }.joined(separator: " ")),
            Fact(
                "effect",
                "the manifest's bytes go for ever; statements and proofs stay, and that it was "
                    + "erased is logged for ever"),
            Fact("reason", "\"\(change.reason)\""),
            Fact("authority", "\"\(change.authority)\""),
            Fact("backups", "have the bytes until they are rotated: colophond backups list"),
        ]
    }

    private static func replacing(
        _ old: PolicyManifest.Settings, by new: PolicyManifest.Settings
    ) -> [Fact] {
        var facts: [Fact] = []
        func compare(_ name: String, _ old: String, _ new: String) {
            if old != new { facts.append(Fact(name, "\(new), in the place of \(old)")) }
        }
        func limit(_ name: String, _ old: String, _ new: String, _ beyond: String = "") {
            if old != new {
                facts.append(Fact(name, "at most \(new)\(beyond), in the place of \(old)"))
            }
        }
        func list(_ numbers: [Int64]) -> String {
            numbers.map(String.init).joined(separator: ", ")
        }
        compare("algorithms", list(old.algorithms), list(new.algorithms))
        for type in new.predicateTypes where !old.predicateTypes.contains(type) {
            facts.append(Fact("admits", "\(type)"))
        }
        for type in old.predicateTypes where !new.predicateTypes.contains(type) {
            facts.append(Fact("refuses", "\(type), from now on"))
        }
        limit("manifests", "\(old.manifestBytes) bytes", "\(new.manifestBytes) bytes")
        limit("statements", "\(old.statementBytes) bytes", "\(new.statementBytes) bytes")
        limit("subjects", "\(old.subjects)", "\(new.subjects)", " in a manifest")
        limit("times", "\(old.maxAhead) s", "\(new.maxAhead) s", " ahead")
        return facts
    }

    private static func lines(_ head: String, _ facts: [Fact]) -> [String] {
        [head]
            + facts.flatMap { fact in
                Columns.wrap(fact.value, head: "  " + Columns.pad(fact.name, to: 12))
            }
    }
}
