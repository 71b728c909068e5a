import Encoding
import LogReader
import Manifests
import Merkle
import Provenance

/// Judges the entries of one bundle as admission must have done, side by side with other bundles.
struct BundleJudge {
    private let read: ReadBundle
    private let options: ReplayOptions
    private let clock: ClockBounds
    private(set) var findings: [AuditFinding] = []

    /// What decides about each index head, by its index: only the heads before it are not known.
    private(set) var headPlaces: [UInt64: IndexHeadPlace] = [:]

    init(_ read: ReadBundle, _ options: ReplayOptions, _ clock: ClockBounds) {
        self.read = read
        self.options = options
        self.clock = clock
    }

    /// Judges each entry by the registry below it.
    mutating func judge(by registries: Terms<Registry?>) {
        registries.forEach(in: read.leaves.indexes) { range, registry in
            judge(range, by: registry)
        }
    }

    /// Judges entries that one registry decides about.
    mutating func judge(_ indexes: Range<UInt64>, by registry: Registry?) {
        for index in indexes { judge(index, by: registry) }
    }

    private mutating func judge(_ index: UInt64, by registry: Registry?) {
        let position = Int(index - read.leaves.indexes.lowerBound)
        let entry = read.entries[position]
        guard let claims = entry.claims else {
            if let refusal = read.refusals[position] {
                findings.append(AuditFinding(unreadable: refusal, at: index))
            } else if let newer = read.newer[position] {
                findings.append(AuditFinding(newer: newer.type, at: index))
            } else if read.indexHeads[position] != nil, let registry {
                headPlaces[index] = IndexHeadPlace(index, below: registry, after: nil)
            }
            return
        }
        let isKnown = PredicateType.isKnown(claims.predicate)
        if !isKnown { findings.append(AuditFinding(newer: claims.predicate, at: index)) }
        guard let registry else { return }
        if let time = clock.time(by: index) { check(claims, at: index, registry, seenAt: time) }
        // Control statements were judged where they were folded.
        guard entry.kind == .plain else { return }
        do throws(Refusal) {
            let key = try registry.judge(claims)
            if options.checksSignatures { try checkSignature(of: entry, at: index, by: key) }
        } catch {
            // Whose keys may sign a type that is not known, a newer version says.
            if !isKnown, error.reason == .role { return }
            findings.append(AuditFinding(refused: error, at: index))
        }
    }

    /// The ledger's clock is not known; but it cannot have been later than when the entry was seen
    /// in a tree (registry.md §5).
    private mutating func check(
        _ claims: SignedClaims, at index: UInt64, _ registry: Registry, seenAt time: UInt64
    ) {
        do throws(Refusal) {
            try registry.checkClock(issuedAt: claims.issuedAt, now: time)
        } catch {
            findings.append(
                AuditFinding(
                    .policy, .entry(index),
                    "was admitted by \(Instant(time)), and says that it was signed "
                        + "\(Instant(claims.issuedAt)), further ahead than the policy allows"))
        }
    }

    private func checkSignature(
        of entry: ReadLeaf, at index: UInt64, by key: VerificationKey
    ) throws(Refusal) {
        switch entry.form {
        case .unreadable: return
        case .fields(let fields):
            try Registry.checkSignature(
                read.bytes(fields.signature, at: index),
                over: COSESign1.toBeSigned(
                    protected: read.bytes(fields.protected, at: index),
                    payload: read.bytes(fields.payload, at: index)),
                fields.algorithm, by: key)
        case .statement(let place):
            try Registry.checkSignature(of: read.statements[place], by: key)
        }
    }
}

/// The latest time at which each entry can have been admitted, as far as anybody has seen it.
struct ClockBounds: Sendable {
    /// Rising by size; each time is the least of all heads of that size or more.
    private let seen: [SeenTime]

    init(_ seen: [SeenTime]) {
        var bounds: [SeenTime] = []
        for time in seen.sorted(by: { $0.size > $1.size }) {
            guard let last = bounds.last else {
                bounds.append(time)
                continue
            }
            if time.time < last.time { bounds.append(time) }
        }
        self.seen = bounds.reversed()
    }

    /// The least time by which a tree with the entry at `index` was there; nil where nobody says.
    func time(by index: UInt64) -> UInt64? {
        seen.first { $0.size > index }?.time
    }
}

extension AuditFinding {
    /// A leaf that is no statement, or one that breaks a rule of its form.
    init(unreadable refusal: Refusal, at index: UInt64) {
        switch refusal.reason {
        case .malformed where refusal.field == "statement":
            self.init(.leaf, .entry(index), "is no statement: \(refusal)")
        case .unknownType:
            self.init(
                .form, .entry(index), "is of a type that is none of a ledger: \(refusal)")
        default:
            self.init(.form, .entry(index), "breaks a rule of its form: \(refusal)")
        }
    }

    /// A statement that only a newer version can judge.
    init(newer type: Text, at index: UInt64) {
        self.init(.newer, .entry(index), "is of type \(type), which this program does not know")
    }

    /// A statement that should have been refused.
    init(refused refusal: Refusal, at index: UInt64) {
        switch refusal.reason {
        case .signature:
            self.init(.signature, .entry(index), "is not signed by its key: \(refusal)")
        case .unknownKey, .keyState, .issuer, .role:
            self.init(.key, .entry(index), "should have been refused for its key: \(refusal)")
        default:
            self.init(.policy, .entry(index), "should have been refused: \(refusal)")
        }
    }

    /// A control statement that does not follow, and what else is wrong with one.
    static func of(_ control: AuditedControl) -> [AuditFinding] {
        guard !control.isUndecided else { return [] }
        let place = Place.entry(control.index)
        if let refusal = control.refusal {
            let cause = control.firstRefused.map { " (entry \($0) should have been refused)" } ?? ""
            return [
                AuditFinding(
                    .control, place, "does not follow from those before it: \(refusal)\(cause)")
            ]
        }
        guard let erasure = control.erasure, let first = control.earlierErasure else { return [] }
        return [
            AuditFinding(
                .erasure, place,
                "erases the manifest \(erasure.erasure.digest), which entry \(first) has erased")
        ]
    }
}
