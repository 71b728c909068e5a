import LogReader
import Manifests
import Merkle
import Provenance

/// What a source says about the manifests of one bundle.
enum ServedManifests: Sendable {
    /// They were not asked for, or the source has none.
    case notServed

    /// One for each leaf of the bundle; nil where there is none.
    case served(ManifestFile)

    /// The file is not what it must be, each time that it is asked for.
    case wrong(LogError)

    /// The file is too large to be read while others are.
    case large

    var isLarge: Bool {
        if case .large = self { true } else { false }
    }
}

/// The manifests of one bundle, held to their statements.
struct JudgedManifests {
    /// What became of each.
    private(set) var states: [AuditedManifest] = []

    /// Those that are handed on, by their positions.
    private(set) var kept: [Int: Manifest] = [:]

    /// Bytes of those that were read.
    private(set) var byteCount = 0

    private(set) var findings: [AuditFinding] = []

    /// Those of them that are faults of the source: another file mends them.
    private(set) var faults: [AuditFinding] = []

    /// Holds `served` to the statements of a bundle, and to the limits on bytes in force.
    init(
        _ served: ServedManifests, of read: ReadBundle, limits: Terms<Int?>,
        _ options: ReplayOptions
    ) {
        states = read.entries.map { $0.kind == .plain ? .notChecked : .none }
        switch served {
        case .notServed, .large: return
        case .wrong(let error):
            let width = read.leaves.count
            let path = StaticLayout.manifests(read.leaves.number, width: width)
            findings = [
                AuditFinding(.manifest, .file(path), "is not a file of manifests: \(error)")
            ]
            faults = findings
        case .served(let manifests):
            limits.forEach(in: read.leaves.indexes) { range, limit in
                for index in range {
                    let manifest = manifests[Int(index - read.leaves.firstIndex)]
                    judge(manifest, of: read, at: index, limit, options)
                }
            }
        }
    }

    private mutating func judge(
        _ bytes: ArraySlice<UInt8>?, of read: ReadBundle, at index: UInt64, _ limit: Int?,
        _ options: ReplayOptions
    ) {
        let position = Int(index - read.leaves.indexes.lowerBound)
        let entry = read.entries[position]
        guard states[position] != .none else {
            if bytes != nil, entry.kind == .control {
                add(
                    index, "is served beside a control statement, which holds its own",
                    isFault: true)
            }
            return
        }
        guard let bytes else {
            states[position] = .absent
            return
        }
        byteCount += bytes.count
        // Of a type that is not known the form is not, either; the bytes are the signed ones or not.
        if let predicate = entry.claims?.predicate, !PredicateType.isKnown(predicate),
            Hash.sha256(bytes) == entry.payload
        {
            states[position] = .right
            return
        }
        do throws(Refusal) {
            let manifest = try Self.check(Array(bytes), of: read, at: index, limit)
            states[position] = .right
            if options.keepsManifest(manifest.predicateType) { kept[position] = manifest }
        } catch {
            states[position] = .wrong
            let isSigned = Hash.sha256(bytes) == entry.payload
            add(
                index, isSigned ? "breaks a rule: \(error)" : "is not the signed one: \(error)",
                isFault: !isSigned)
        }
    }

    private static func check(
        _ bytes: [UInt8], of read: ReadBundle, at index: UInt64, _ limit: Int?
    ) throws(Refusal) -> Manifest {
        let manifest = try Manifest(bytes)
        try read.statement(at: index).check(manifest)
        if let limit { try Registry.checkSize(ofManifest: bytes.count, limit: limit) }
        return manifest
    }

    private mutating func add(_ index: UInt64, _ words: String, isFault: Bool) {
        let finding = AuditFinding(.manifest, .entry(index), "the manifest \(words)")
        findings.append(finding)
        if isFault { faults.append(finding) }
    }
}
