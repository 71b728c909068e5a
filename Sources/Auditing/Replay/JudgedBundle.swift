import LogReader
import Provenance

/// A bundle whose control statements are folded.
struct FoldedBundle: Sendable {
    let walked: WalkedBundle<ReadBundle>

    /// The registries that decide about its entries; nil where they were judged as it was folded.
    let registries: Terms<Registry?>?

    /// The policy's limit on manifests, in bytes.
    let manifestLimits: Terms<Int?>

    let controls: [AuditedControl]

    /// What was found on the way.
    let findings: [AuditFinding]

    /// What decides about its index heads, where they were judged as it was folded.
    let headPlaces: [UInt64: IndexHeadPlace]

    /// The place behind it.
    let place: ReplayPlace
}

/// A bundle that was judged, and waits for those before it.
struct JudgedBundle: Sendable {
    let folded: FoldedBundle
    let findings: [AuditFinding]

    /// What decides about its index heads.
    let headPlaces: [UInt64: IndexHeadPlace]

    /// The keys of its entries; nil where they are not asked for.
    let keys: BundleKeys?

    /// Whether its manifests are still to be read, alone.
    let isLarge: Bool

    let manifests: JudgedManifests
}

extension AuditedBundle {
    /// What is handed on of a bundle that was judged.
    convenience init(_ judged: JudgedBundle, _ manifests: JudgedManifests) {
        let folded = judged.folded
        self.init(
            folded.walked.value,
            findings: Self.inOrder(folded.findings, judged.findings, manifests.findings),
            controls: folded.controls, damage: folded.walked.damage, manifests,
            headPlaces: judged.headPlaces, keys: judged.keys)
    }

    /// Findings of one entry stay in the order in which they were made.
    private static func inOrder(_ parts: [AuditFinding]...) -> [AuditFinding] {
        let all = parts.flatMap(\.self)
        guard all.count > 1 else { return all }
        return all.enumerated().sorted { left, right in
            let (first, second) = (index(of: left.element), index(of: right.element))
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    private static func index(of finding: AuditFinding) -> UInt64 {
        if case .entry(let index) = finding.place { index } else { .max }
    }
}
