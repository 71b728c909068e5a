import Encoding
package import LogReader
package import Manifests
import Provenance

/// The entries of one bundle after they were replayed, in their order.
///
/// A class, and unchanging: whoever looks at its entries shares it.
package final class AuditedBundle: Sendable {
    /// The indexes of its entries.
    package var indexes: Range<UInt64> { read.leaves.indexes }

    /// What was found, in the order of the entries.
    package let findings: [AuditFinding]

    /// What of it, and of its tiles, is a fault of the source: another file mends it.
    let faults: [AuditFinding]

    /// Its control statements that only a newer version reads, rising by index.
    var newerControls: [UInt64] { read.folded.filter { $0.statement == nil }.map(\.index) }

    /// Its index heads, rising by index, each with what decides about it but the heads before it;
    /// nil where no registry is known.
    var indexHeads: [(index: UInt64, head: IndexHead, place: IndexHeadPlace?)] {
        guard !read.indexHeads.isEmpty else { return [] }
        return read.indexHeads.sorted { $0.key < $1.key }.map { position, head in
            let index = indexes.lowerBound + UInt64(position)
            return (index, head, headPlaces[index])
        }
    }

    /// Its entries whose `typ` is not on the closed list (index.md §8), rising by index.
    var unlisted: [(index: UInt64, type: Text)] {
        guard !read.newer.isEmpty else { return [] }
        return read.newer.sorted { $0.key < $1.key }.compactMap { position, newer in
            newer.isOfUnlistedType
                ? (index: indexes.lowerBound + UInt64(position), type: newer.type) : nil
        }
    }

    /// The keys of its entries in the index; nil where they were not asked for.
    let keys: BundleKeys?

    /// The number of the bundle.
    var number: UInt64 { read.leaves.number }

    /// Its control statements, rising by index.
    package let controls: [AuditedControl]

    /// What is wrong with tiles over it, though its leaves are proven without them.
    package let damage: [LogError]

    /// Bytes of its leaves, and of the manifests that were read.
    package let byteCount: Int

    /// How many manifests were looked at, and how many were not.
    let manifestCounts: (checked: UInt64, unchecked: UInt64)

    private let read: ReadBundle
    private let states: [AuditedManifest]
    private let kept: [Int: Manifest]
    private let headPlaces: [UInt64: IndexHeadPlace]

    init(
        _ read: ReadBundle, findings: [AuditFinding], controls: [AuditedControl],
        damage: [LogError], _ manifests: JudgedManifests,
        headPlaces: [UInt64: IndexHeadPlace] = [:], keys: BundleKeys? = nil
    ) {
        self.read = read
        self.findings = findings
        self.controls = controls
        self.damage = damage
        (self.headPlaces, self.keys) = (headPlaces, keys)
        faults = damage.map(\.finding) + manifests.faults
        states = manifests.states
        kept = manifests.kept
        let unchecked = states.count { $0 == .notChecked }
        let none = states.count { $0 == .none }
        manifestCounts = (
            UInt64(states.count - unchecked - none), UInt64(unchecked)
        )
        byteCount = read.leaves.bytes.count + manifests.byteCount
    }

    /// The entry at `index`.
    package subscript(index: UInt64) -> AuditedEntry {
        let position = Int(index - indexes.lowerBound)
        return AuditedEntry(read, at: position, states[position])
    }

    /// Calls `body` with each entry in its order.
    package func forEach<Failure: Error>(
        _ body: (AuditedEntry) throws(Failure) -> Void
    ) throws(Failure) {
        for index in indexes { try body(self[index]) }
    }

    /// Whether any manifest was kept.
    var hasManifests: Bool { !manifests.isEmpty }

    /// The manifest of an entry, where it is right and ``ReplayOptions/keepsManifest`` asks for it.
    package func manifest(at index: UInt64) -> Manifest? {
        kept[Int(index - indexes.lowerBound)]
    }

    /// All manifests that are handed on, rising by index.
    package var manifests: [(index: UInt64, manifest: Manifest)] {
        kept.sorted { $0.key < $1.key }.map { (indexes.lowerBound + UInt64($0.key), $0.value) }
    }

    /// The entries that should have been refused.
    package var refused: Set<UInt64> {
        guard !findings.isEmpty else { return [] }
        var refused: Set<UInt64> = []
        for finding in findings {
            guard case .entry(let index) = finding.place else { continue }
            switch finding.rule {
            case .leaf, .form, .signature, .key, .policy, .control: refused.insert(index)
            default: break
            }
        }
        return refused
    }
}
