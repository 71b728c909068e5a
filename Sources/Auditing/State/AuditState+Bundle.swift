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
        let marks = BundleMarks(bundle.findings)
        var facts: [EntryFacts] = []
        facts.reserveCapacity(bundle.indexes.count)
        for index in bundle.indexes { facts.append(EntryFacts(bundle[index], marks)) }
        try add(facts)
        for control in bundle.controls {
            try add(control: control.statement.leaf, at: control.index)
            guard let order = control.erasure else { continue }
            try add(erasing: order.erasure.digest, of: order.entries, at: control.index)
        }
        guard bundle.hasManifests else { return }
        for index in bundle.indexes {
            guard !marks.refused.contains(index), let manifest = bundle.manifest(at: index),
                Self.keepsManifest(manifest.predicateType),
                let statement = bundle[index].statement()
            else { continue }
            try add(rollout: statement, manifest, at: index, deciders: deciders)
        }
    }
}

/// The entries of a bundle of which something was found already.
private struct BundleMarks {
    /// Entries that should not be in the log: what they say counts for nothing.
    private(set) var refused: Set<UInt64> = []

    /// Entries of which it was found that their manifest is served and erased.
    private(set) var erased: Set<UInt64> = []

    init(_ findings: [AuditFinding]) {
        for finding in findings {
            guard case .entry(let index) = finding.place else { continue }
            switch finding.rule {
            case .leaf, .form, .signature, .key, .policy: refused.insert(index)
            case .erasure: erased.insert(index)
            default: break
            }
        }
    }
}

extension EntryFacts {
    /// What the whole log needs of an entry of a replay.
    fileprivate init(_ entry: AuditedEntry, _ marks: BundleMarks) {
        let isReadable = entry.isReadable
        let isPlain = isReadable && !entry.isControl
        let counts = isPlain && !marks.refused.contains(entry.index)
        let isTold = marks.erased.contains(entry.index)
        self.init(
            index: entry.index, entry: entry.id.hash, nonce: isReadable ? entry.nonce : nil,
            payload: isPlain ? entry.manifestDigest : nil,
            manifest: isTold ? .notChecked : entry.manifestState,
            link: counts ? entry.link : nil)
    }
}
