package import Encoding
import Manifests
import Merkle
import Provenance

extension AuditState {
    /// Whether the manifests of a predicate are needed, for what the whole log decides.
    package static func keepsManifest(_ predicate: Text) -> Bool {
        predicate == PredicateType.milestone || predicate == PredicateType.postmortem
    }

    /// Takes the next bundle of a replay: its findings, its control statements, and what the whole
    /// log needs of its entries.
    ///
    /// - Parameter deciders: issuers whose rollbacks and postmortems count beside those of the
    ///   slice itself (milestones.md §1).
    package func take(
        _ bundle: AuditedBundle, deciders: Set<Text> = []
    ) throws(AuditStateError) {
        for finding in bundle.findings { try add(finding) }
        let refused = Self.refused(bundle.findings)
        var facts: [EntryFacts] = []
        facts.reserveCapacity(bundle.indexes.count)
        for index in bundle.indexes { facts.append(EntryFacts(bundle[index], refused)) }
        try add(facts)
        for control in bundle.controls {
            try add(control: control.statement.leaf, at: control.index)
            guard let order = control.erasure else { continue }
            try add(erasing: order.erasure.digest, of: order.entries, at: control.index)
        }
        guard bundle.hasManifests else { return }
        for index in bundle.indexes {
            guard !refused.contains(index), let manifest = bundle.manifest(at: index),
                Self.keepsManifest(manifest.predicateType),
                let statement = bundle[index].statement()
            else { continue }
            try add(rollout: statement, manifest, at: index, deciders: deciders)
        }
    }

    /// The entries that should not be in the log: what they say counts for nothing.
    private static func refused(_ findings: [AuditFinding]) -> Set<UInt64> {
        var refused: Set<UInt64> = []
        for finding in findings {
            guard case .entry(let index) = finding.place else { continue }
            switch finding.rule {
            case .leaf, .form, .signature, .key, .policy: refused.insert(index)
            default: break
            }
        }
        return refused
    }
}

extension EntryFacts {
    /// What the whole log needs of an entry of a replay.
    fileprivate init(_ entry: AuditedEntry, _ refused: Set<UInt64>) {
        let isReadable = entry.isReadable
        let isPlain = isReadable && !entry.isControl
        let counts = isPlain && !refused.contains(entry.index)
        self.init(
            index: entry.index, entry: entry.id.hash, nonce: isReadable ? entry.nonce : nil,
            payload: isPlain ? entry.manifestDigest : nil,
            manifest: entry.manifestState, link: counts ? entry.link : nil)
    }
}
