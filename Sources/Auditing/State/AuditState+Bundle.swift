package import Encoding
import Files
import Manifests
import Provenance

extension AuditState {
    /// Adds all that a replayed bundle says: what was found, and what the whole log decides about.
    ///
    /// - Parameter deciders: issuers whose milestones count beside the slice's own PoP.
    package func add(
        _ bundle: AuditedBundle, deciders: Set<Text> = []
    ) throws(AuditStateError) {
        var found: Set<UInt64> = []
        for finding in bundle.findings {
            if case .entry(let index) = finding.place { found.insert(index) }
            try add(finding)
        }
        try add(bundle.indexes.lazy.map { EntryFacts(bundle[$0], counts: !found.contains($0)) })
        for control in bundle.controls {
            try add(control: control.statement.leaf, at: control.index)
            guard control.erasure != nil, control.refusal == nil,
                let manifest = control.statement.controlManifest,
                let erasure = try? ErasureManifest(manifest)
            else { continue }
            try add(erasure: erasure, at: control.index)
        }
        for index in bundle.indexes where !found.contains(index) {
            guard let manifest = bundle.manifest(at: index),
                Self.keepsManifest(manifest.predicateType),
                let statement = bundle[index].statement()
            else { continue }
            try add(rollout: statement, manifest, at: index, deciders: deciders)
        }
    }

    /// Whether what a manifest of this type says is looked at here: those of rollouts.
    package static func keepsManifest(_ predicate: Text) -> Bool {
        predicate == PredicateType.milestone || predicate == PredicateType.postmortem
    }

    /// The file of all findings.
    package var findingsPath: String { folder.path(of: FindingFile.name) }
}

extension EntryFacts {
    /// The facts of an entry that was replayed; the number of one that broke a rule counts for
    /// nothing.
    fileprivate init(_ entry: AuditedEntry, counts: Bool) {
        let claims = entry.claims
        self.init(
            index: entry.index, entry: entry.id.hash, nonce: claims == nil ? nil : entry.nonce,
            payload: claims == nil || entry.isControl ? nil : entry.manifestDigest,
            manifest: ManifestState(entry.manifestState), link: counts ? ChainLink(entry) : nil)
    }
}

extension ChainLink {
    /// The number of an entry; nil where it has none, and of a control statement.
    fileprivate init?(_ entry: AuditedEntry) {
        guard !entry.isControl, let claims = entry.claims, let chain = entry.chain else {
            return nil
        }
        self.init(
            keyID: claims.keyID, id: SpoolID(high: chain.id.high, low: chain.id.low),
            sequence: chain.sequence, previous: chain.previous)
    }
}

extension EntryFacts.ManifestState {
    /// What a source has beside an entry, by what the replay made of it.
    fileprivate init(_ state: ManifestState) {
        self =
            switch state {
            case .none: .none
            // Another manifest in its place is a finding of its own.
            case .notChecked, .wrong: .unasked
            case .absent: .missing
            case .right: .served
            }
    }
}
