package import Encoding
import Manifests
package import Merkle
import Provenance

extension AuditState {
    /// Whether the manifests of a predicate are needed, for what the whole log decides.
    package static func keepsManifest(_ predicate: Text) -> Bool {
        predicate == PredicateType.milestone || predicate == PredicateType.postmortem
    }

    /// Takes the next bundle of a replay: its findings, its control statements, and what the whole
    /// log needs of its entries.
    ///
    /// - Parameters:
    ///   - sighting: where and when it was read.
    ///   - trees: the root of the log at the size of each index head of the bundle that covers no
    ///     more than stands below it.
    ///   - deciders: issuers whose rollbacks and postmortems count beside those of the slice itself
    ///     (milestones.md §1).
    package func take(
        _ bundle: AuditedBundle, at sighting: Sighting, trees: [UInt64: Hash],
        deciders: Set<Text> = []
    ) throws(AuditStateError) {
        for fault in bundle.faults { try add(fault, inBundle: bundle.number, sighting) }
        for finding in bundle.findings where !bundle.faults.contains(finding) { try add(finding) }
        let refused = Self.refused(bundle.findings)
        var facts: [EntryFacts] = []
        facts.reserveCapacity(bundle.indexes.count)
        for index in bundle.indexes { facts.append(EntryFacts(bundle[index], refused)) }
        try add(facts)
        try add(controlsOf: bundle)
        try take(indexOf: bundle, trees: trees)
        guard bundle.hasManifests else { return }
        for index in bundle.indexes {
            guard !refused.contains(index), let manifest = bundle.manifest(at: index),
                Self.keepsManifest(manifest.predicateType),
                let statement = bundle[index].statement()
            else { continue }
            try add(rollout: statement, manifest, at: index, deciders: deciders)
        }
    }

    /// Adds control statements, those too that only a newer version reads: so the next run knows
    /// as little of the registry behind them, and a newer version all.
    private func add(controlsOf bundle: AuditedBundle) throws(AuditStateError) {
        var leaves = bundle.controls.map { (index: $0.index, leaf: $0.statement.leaf) }
        for index in bundle.newerControls {
            leaves.append((index: index, leaf: Array(bundle[index].leaf)))
            try passOver(controlAt: index)
        }
        for (index, leaf) in leaves.sorted(by: { $0.index < $1.index }) {
            try add(control: leaf, at: index)
        }
        for control in bundle.controls {
            guard let order = control.erasure else { continue }
            try add(erasing: order.erasure.digest, of: order.entries, at: control.index)
        }
    }

    /// Takes a second look at a bundle that had faults: what is right now is mended, and the
    /// manifests that nobody could judge are judged.
    func mend(_ bundle: AuditedBundle, at sighting: Sighting) throws(AuditStateError) {
        let faulty = faults.filter { $0.bundle == bundle.number }.map(\.finding.place)
        let hasFaultyFile = faults.contains {
            if case .file = $0.finding.place {
                $0.bundle == bundle.number && $0.finding.rule == .manifest
            } else {
                false
            }
        }
        let unknown = bundle.indexes.filter { bundle[$0].manifestState == .notChecked }
        let mended = try mend(bundle.number, bundle.faults, at: sighting) { finding in
            guard finding.rule == .manifest else { return true }
            guard case .entry(let index) = finding.place else { return unknown.isEmpty }
            return !unknown.contains(index)
        } remark: { finding in
            guard finding.rule == .manifest, Self.hasRollout(bundle, at: finding.place) else {
                return ""
            }
            return ", and what it says of a rollout is not judged"
        }
        guard !mended.isEmpty else { return }
        for index in bundle.indexes where hasFaultyFile || faulty.contains(.entry(index)) {
            try judge(bundle, at: index)
        }
    }

    /// Takes what is known now of a manifest that was not the signed one, or could not be read.
    private func judge(
        _ bundle: AuditedBundle, at index: UInt64
    ) throws(AuditStateError) {
        let entry = bundle[index]
        guard entry.isReadable, !entry.isControl else { return }
        for finding in bundle.findings
        where finding.rule == .manifest && finding.place == .entry(index)
            && !bundle.faults.contains(finding)
        {
            try add(finding)
        }
        try add(manifest: entry.manifestDigest, entry.manifestState, at: index)
    }

    /// Whether a manifest that was wrong belongs to a rollout, of which each statement is judged
    /// by those before it.
    private static func hasRollout(
        _ bundle: AuditedBundle, at place: AuditFinding.Place
    ) -> Bool {
        bundle.indexes.contains { index in
            if case .entry(let one) = place, one != index { return false }
            return bundle[index].claims.map { keepsManifest($0.predicate) } ?? false
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
